using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Model;

// The sizes of a model. A configuration exists only for sizes that a model can have.

/// <summary>The sizes of a GPT, by the names of the Python original. Only <see cref="Create"/> makes one, so it is valid.</summary>
public sealed record Configuration
{
    private Configuration(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize) =>
        (NEmbd, NHead, NLayer, BlockSize, VocabSize) = (nEmbd, nHead, nLayer, blockSize, vocabSize);

    /// <summary>n_embd: the number of columns of the residual stream.</summary>
    public int NEmbd { get; }

    /// <summary>n_head: the number of attention heads, which share n_embd equally.</summary>
    public int NHead { get; }

    /// <summary>n_layer: the number of transformer blocks.</summary>
    public int NLayer { get; }

    /// <summary>block_size: the largest number of positions of a document.</summary>
    public int BlockSize { get; }

    /// <summary>The number of tokens, BOS among them.</summary>
    public int VocabSize { get; }

    /// <summary>log(vocab_size), in nats: the loss of a model that gives every token the same probability.</summary>
    public double ChanceLoss => Math.Log(VocabSize);

    /// <summary>The number of columns of a head, n_embd / n_head.</summary>
    public int HeadDim => NEmbd / NHead;

    /// <summary>The configuration of these sizes if they are valid. Otherwise all problems with them.</summary>
    public static Validation<Problem, Configuration> Create(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize)
    {
        var sizes = Validate.AtLeast(1, "n_embd", nEmbd).FailToSeq()
            + Validate.AtLeast(1, "n_head", nHead).FailToSeq()
            + Validate.AtLeast(1, "n_layer", nLayer).FailToSeq()
            + Validate.AtLeast(1, "block_size", blockSize).FailToSeq()
            + Validate.AtLeast(1, "vocab_size", vocabSize).FailToSeq();
        var problems = sizes
            + HeadsShare(nEmbd, nHead).FailToSeq()
            + (sizes.IsEmpty ? ParametersFit(nEmbd, nLayer, blockSize, vocabSize) : unit).FailToSeq();
        return problems.IsEmpty ? new Configuration(nEmbd, nHead, nLayer, blockSize, vocabSize) : problems;
    }

    private static Validation<Problem, Unit> HeadsShare(int nEmbd, int nHead) =>
        nHead > 0 && nEmbd % nHead != 0
            ? new Problem($"n_embd is {nEmbd}, which n_head, {nHead}, does not divide; make it a multiple of {nHead}.")
            : unit;

    private static Validation<Problem, Unit> ParametersFit(int nEmbd, int nLayer, int blockSize, int vocabSize) =>
        CountParameters(nEmbd, nLayer, blockSize, vocabSize) is var count && count > System.Array.MaxLength
            ? new Problem(
                FormattableString.Invariant($"n_embd {nEmbd}, n_layer {nLayer} and block_size {blockSize} make {count:N0} parameters, ")
                + "more than memory can hold; choose smaller ones.")
            : unit;

    /// <summary>The number of parameters of a model.</summary>
    public int ParameterCount => (int)CountParameters(NEmbd, NLayer, BlockSize, VocabSize);

    public override string ToString() =>
        $"n_embd {NEmbd}, n_head {NHead}, n_layer {NLayer}, block_size {BlockSize}, vocab_size {VocabSize}";

    private static double CountParameters(double nEmbd, double nLayer, double blockSize, double vocabSize) =>
        (2 * vocabSize + blockSize) * nEmbd + nLayer * 12 * nEmbd * nEmbd;

    /// <summary>The parameters of the model, by the names of the Python original.</summary>
    public ParameterTable Table => new([
        ParameterDefinition.Embedding("wte", VocabSize, NEmbd),
        ParameterDefinition.Embedding("wpe", BlockSize, NEmbd),
        ParameterDefinition.Weight("lm_head", VocabSize, NEmbd),
        .. Enumerable.Range(0, NLayer).SelectMany(layer => new ParameterDefinition[]
        {
            ParameterDefinition.Weight($"layer{layer}.attn_wq", NEmbd, NEmbd),
            ParameterDefinition.Weight($"layer{layer}.attn_wk", NEmbd, NEmbd),
            ParameterDefinition.Weight($"layer{layer}.attn_wv", NEmbd, NEmbd),
            ParameterDefinition.Weight($"layer{layer}.attn_wo", NEmbd, NEmbd),
            ParameterDefinition.Weight($"layer{layer}.mlp_fc1", 4 * NEmbd, NEmbd),
            ParameterDefinition.Weight($"layer{layer}.mlp_fc2", NEmbd, 4 * NEmbd),
        })]);
}
