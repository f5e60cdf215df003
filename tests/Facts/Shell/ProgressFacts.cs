using MicroGpt.Shell.Output;

namespace MicroGpt.Facts.Shell;

public class ProgressFacts
{
    [Theory]
    [InlineData("", "step 1", 80, "step 1")]
    [InlineData("loss 10.0000", "loss 9.9999", 80, "loss 9.9999 ")]
    [InlineData("step 1", "step 2", 6, "step ")]
    [InlineData("step 10000", "step 2", 9, "step 2  ")]
    [InlineData("step 1", "step 2", 1, "")]
    [InlineData("step 1", "step 2", 0, "step 2")] // a terminal that does not tell its width
    public void A_renewed_line_covers_the_one_before_and_never_wraps(string before, string text, int width, string renewed) =>
        Assert.Equal(renewed, StandardOutput.Renew(before, text, width));
}
