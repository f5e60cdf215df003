// The neural probabilistic language model of Bengio et al. (2003): the embeddings of the last three tokens, a hidden layer of tanh, and
// logits. One table of embeddings serves all three places.

using MicroGpt.Autograd;
using MicroGpt.Model;
using static MicroGpt.Model.IndexInput;

namespace MicroGpt.Examples;

/// <summary>The multilayer perceptron of Bengio et al.</summary>
public static class Mlp
{
    /// <summary>The model of n_embd columns of embeddings and 4·n_embd hidden units. The other sizes of a GPT do not matter.</summary>
    public static LanguageModel Of(Configuration c)
    {
        var (before, twoBefore, hidden) = (Before(1), Before(2), 4 * c.NEmbd);
        var wte = Parameter.Embedding("wte", c.VocabSize, c.NEmbd);
        var x = wte.Gather(Tokens).Linear(Parameter.Weight("hidden.w0", hidden, c.NEmbd))
            + wte.Gather(before).Linear(Parameter.Weight("hidden.w1", hidden, c.NEmbd))
            + wte.Gather(twoBefore).Linear(Parameter.Weight("hidden.w2", hidden, c.NEmbd));
        var logits = x.PlusRow(Parameter.Vector("hidden.bias", hidden, 0)).Tanh()
            .Linear(Parameter.Weight("lm_head", c.VocabSize, hidden)).PlusRow(Parameter.Vector("lm_head.bias", c.VocabSize, 0));
        return LanguageModel.Of(logits, c.BlockSize, before, twoBefore);
    }
}
