using System.Collections.Immutable;
using LanguageExt;

namespace MicroGpt.Model;

// Let there be a model. Its sizes are its configuration, and there is no configuration that no model could have.

/// <summary>The name of a matrix of parameters, and its shape.</summary>
public readonly record struct ParameterShape(string Name, int Rows, int Columns)
{
    /// <summary>How many parameters it holds.</summary>
    public int Count => Rows * Columns;
}

/// <summary>The sizes of a GPT, under the original's names. Only <see cref="Create"/> makes one, so it is valid.</summary>
public sealed record Configuration
{
    private Configuration(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize) =>
        (NEmbd, NHead, NLayer, BlockSize, VocabSize) = (nEmbd, nHead, nLayer, blockSize, vocabSize);

    /// <summary>n_embd: how many numbers stand for a token.</summary>
    public int NEmbd { get; }

    /// <summary>n_head: how many heads attention has; they share n_embd equally.</summary>
    public int NHead { get; }

    /// <summary>n_layer: how many transformer blocks.</summary>
    public int NLayer { get; }

    /// <summary>block_size: how many positions the model sees at most.</summary>
    public int BlockSize { get; }

    /// <summary>How many tokens there are, BOS among them.</summary>
    public int VocabSize { get; }

    /// <summary>How many numbers a head works on.</summary>
    public int HeadDim => NEmbd / NHead;

    /// <summary>The configuration of these sizes, or everything that is wrong with them.</summary>
    public static Validation<Problem, Configuration> Create(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize)
    {
        var problems = Violations(nEmbd, nHead, nLayer, blockSize, vocabSize).ToSeq().Strict(); // what is lazy would be lost among others
        return problems.IsEmpty
            ? Validation<Problem, Configuration>.Success(new(nEmbd, nHead, nLayer, blockSize, vocabSize))
            : Validation<Problem, Configuration>.Fail(problems);
    }

    private static IEnumerable<Problem> Violations(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize)
    {
        (string Name, int Value)[] sizes =
            [("n_embd", nEmbd), ("n_head", nHead), ("n_layer", nLayer), ("block_size", blockSize), ("vocab_size", vocabSize)];
        foreach (var problem in sizes.SelectMany(size => Validate.AtLeast(1, size.Name, size.Value).FailToSeq()))
            yield return problem;
        if (nHead > 0 && nEmbd % nHead != 0)
            yield return new($"n_embd is {nEmbd}, which n_head, {nHead}, does not divide; make it a multiple of {nHead}.");
        if (sizes.All(size => size.Value > 0) && CountParameters(nEmbd, nLayer, blockSize, vocabSize) is var count && count > Array.MaxLength)
            yield return new(FormattableString.Invariant(
                $"n_embd {nEmbd}, n_layer {nLayer} and block_size {blockSize} make {count:N0} parameters, more than memory can hold; choose smaller ones."));
        if (nHead > 0 && blockSize > 0 && (double)nHead * blockSize * blockSize is var weights && weights > Array.MaxLength)
            yield return new(FormattableString.Invariant(
                $"n_head {nHead} and block_size {blockSize} make {weights:N0} attention weights, more than memory can hold; choose smaller ones."));
    }

    /// <summary>How many parameters a model has.</summary>
    public int ParameterCount => (int)CountParameters(NEmbd, NLayer, BlockSize, VocabSize);

    /// <summary>The place of the i-th parameter, such as wte[0, 3].</summary>
    public string NameOf(int parameter)
    {
        foreach (var shape in ParameterShapes)
        {
            if (parameter < shape.Count) return $"{shape.Name}[{parameter / shape.Columns}, {parameter % shape.Columns}]";
            parameter -= shape.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(parameter));
    }

    public override string ToString() =>
        $"n_embd {NEmbd}, n_head {NHead}, n_layer {NLayer}, block_size {BlockSize}, vocab_size {VocabSize}";

    private static double CountParameters(double nEmbd, double nLayer, double blockSize, double vocabSize) =>
        (2 * vocabSize + blockSize) * nEmbd + nLayer * 12 * nEmbd * nEmbd;

    /// <summary>The parameters' names and shapes, [out, in], in the order they are drawn and stored.</summary>
    public ImmutableArray<ParameterShape> ParameterShapes => [
        new("wte", VocabSize, NEmbd),
        new("wpe", BlockSize, NEmbd),
        new("lm_head", VocabSize, NEmbd),
        .. Enumerable.Range(0, NLayer).SelectMany(layer => new ParameterShape[]
        {
            new($"layer{layer}.attn_wq", NEmbd, NEmbd),
            new($"layer{layer}.attn_wk", NEmbd, NEmbd),
            new($"layer{layer}.attn_wv", NEmbd, NEmbd),
            new($"layer{layer}.attn_wo", NEmbd, NEmbd),
            new($"layer{layer}.mlp_fc1", 4 * NEmbd, NEmbd),
            new($"layer{layer}.mlp_fc2", NEmbd, 4 * NEmbd),
        })];
}
