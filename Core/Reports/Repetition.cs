using MicroGpt.Text;

namespace MicroGpt.Reports;

/// <summary>
/// How much of the data stands in it a second time: what new text of the same source would show beside samples, which may be copies.
/// </summary>
public static class Repetition
{
    /// <summary>
    /// The share of the documents that stand in the corpus more than once. It estimates the probability that a new document of the same
    /// source is one of the corpus (Good, 1953). Of running text, <paramref name="blocks"/> blocks at even distances are compared with the
    /// rest: the share of their characters in the longest stretches that also stand there.
    /// </summary>
    public static double Estimate(Corpus corpus, int blocks, int blockSize) =>
        corpus.Split.IsRunningText
            ? EstimateStretches(corpus.Documents[0], blocks, blockSize)
            : 1 - (double)corpus.Documents.CountBy(document => document).Count(pair => pair.Value == 1) / corpus.Documents.Length;

    private static double EstimateStretches(string text, int blocks, int blockSize)
    {
        var size = Math.Min(blockSize, text.Length);
        var found = Enumerable.Range(0, blocks).Select(i => (int)((text.Length - size) * (long)i / Math.Max(1, blocks - 1)))
            .Select(start => NearestNames.FindStretch(text, text[start..(start + size)], start..(start + size)));
        return found.Average(block => 1 - (double)block.Distance / size);
    }
}
