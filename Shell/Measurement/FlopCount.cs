using MicroGpt.Model;

namespace MicroGpt.Shell.Measurement;

/// <summary>The floating-point operations of a training step, the same for every engine.</summary>
internal static class FlopCount
{
    /// <summary>
    /// Floating-point operations of the loss and the gradient of a document of `positions` positions. A product of a row and a weight
    /// takes one multiplication and one addition. Each of its two derivatives takes as many. Terms linear in n_embd are left out.
    /// </summary>
    public static double Count(Configuration configuration, int positions)
    {
        var (c, n) = ((double)configuration.NEmbd, (double)positions);
        var weights = (configuration.NLayer * 12 * c * c) + (configuration.VocabSize * c);
        var attention = configuration.NLayer * 2 * c * (n + 1) / 2; // scores and mix of each head, over the rows seen
        return 3 * 2 * n * (weights + attention);
    }
}
