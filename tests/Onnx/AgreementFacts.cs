using System.Globalization;

namespace MicroGpt.Onnx;

/// <summary>The table of agreement on the page of this folder.</summary>
public class AgreementFacts
{
    private const int Share = 5, SingleShare = 7;

    // Counts are equal. Differences vary with the processor, so only their order of magnitude is compared.
    [Fact]
    public void The_page_has_the_table_that_the_program_prints()
    {
        var page = File.ReadAllLines(Sources.PathOf("README.md"));
        var rows = Agreement.Rows.Select(row => $"{row}".Split('|', StringSplitOptions.TrimEntries)).ToArray();
        Assert.All(Agreement.Head.Split('\n'), line => Assert.Contains(line, page));
        Assert.All(rows, row =>
        {
            var printed = Assert.Single(page, line => line.StartsWith($"| {row[1]} |")).Split('|', StringSplitOptions.TrimEntries);
            Assert.Equal(printed[..Share], row[..Share]);
            Assert.InRange(Number(row[Share]), 0, 10 * Number(printed[Share]) + 1e-15);
            Assert.InRange(Number(row[SingleShare]), 0, 10 * Number(printed[SingleShare]) + 1e-7);
        });
    }

    [Fact]
    public void Every_difference_is_within_its_bound() => Assert.All(Agreement.Rows, row =>
    {
        Assert.InRange(row.Double.OfBound ?? 0, 0, 1);
        Assert.InRange(row.Single.OfBound ?? 0, 0, 1);
    });

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
