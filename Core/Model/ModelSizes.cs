using LanguageExt;

namespace MicroGpt.Model;

/// <summary>The sizes of a GPT but for its vocabulary, which the text determines, by the names of the Python original.</summary>
/// <param name="NEmbd">n_embd: the number of columns of the residual stream.</param>
/// <param name="NHead">n_head: the number of attention heads.</param>
/// <param name="NLayer">n_layer: the number of transformer blocks.</param>
/// <param name="BlockSize">block_size: the largest number of positions of a document.</param>
public sealed record ModelSizes(int NEmbd = 16, int NHead = 4, int NLayer = 1, int BlockSize = 16)
{
    private const int SmallestVocabSize = 2; // a character and BOS

    /// <summary>The configuration of a model with this vocabulary, or all problems with the sizes.</summary>
    public Validation<Problem, Configuration> Configure(int vocabSize) => Configuration.Create(NEmbd, NHead, NLayer, BlockSize, vocabSize);

    /// <summary>All problems with the sizes. Sizes that are wrong for the smallest vocabulary are wrong for every one.</summary>
    public Seq<Problem> Check() => Configure(SmallestVocabSize).FailToSeq();
}
