// A bigram knows only the last token. A row of a table for each token holds the logits of the next one. No loss can be lower than that of
// the table of logarithms of counted pairs.

using MicroGpt.Autograd;
using MicroGpt.Model;
using static MicroGpt.Model.IndexInput;

namespace MicroGpt.Examples;

/// <summary>The bigram model.</summary>
public static class Bigram
{
    /// <summary>The model of a vocabulary. It has no other sizes.</summary>
    public static LanguageModel Of(Configuration c) =>
        LanguageModel.Of(Parameter.Embedding("table", c.VocabSize, c.VocabSize).Gather(Tokens), c.BlockSize);
}
