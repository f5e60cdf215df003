namespace MicroGpt.Model;

/// <summary>How much there is to compute, however it is done.</summary>
public static class FlopCount
{
    /// <summary>
    /// Floating-point operations of a document's loss and gradient: of each product of a row by a weight one multiplication and one
    /// addition, and as many again for either of its two derivatives. What is linear in n_embd is not counted.
    /// </summary>
    public static double Count(Configuration configuration, int positions)
    {
        var (c, n) = ((double)configuration.NEmbd, (double)positions);
        var weights = (configuration.NLayer * 12 * c * c) + (configuration.VocabSize * c);
        var attention = configuration.NLayer * 2 * c * (n + 1) / 2; // scores and mix of each head, over the rows seen
        return 3 * 2 * n * (weights + attention);
    }
}
