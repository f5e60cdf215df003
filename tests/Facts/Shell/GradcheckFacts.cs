using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Commands;
using MicroGpt.Shell.Output;
using MicroGpt.Shell.Runs;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts.Shell;

[Trait("Speed", "Slow")]
public class GradcheckFacts
{
    private static readonly UntrainedModel Model = Create();

    [Fact]
    public void The_report_lists_every_matrix_and_every_step_size()
    {
        using var folder = new Folder().With("input.txt", "anna\nbob\nzoë\n");
        var run = folder.Run("gradcheck", "--n-embd", "4", "--n-head", "2", "--n-layer", "2", "--block-size", "5");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] matrices = ["attn_wq", "attn_wk", "attn_wv", "attn_wo", "mlp_fc1", "mlp_fc2"];
        string[] names = ["wte", "wpe", "lm_head", .. from layer in new[] { 0, 1 } from name in matrices select $"layer{layer}.{name}"];
        Assert.Equal(names, run.Lines.Where(line => line.TrimEnd().EndsWith(" ok")).Select(line => line.Split(' ')[0]));
        Assert.Contains("The gradient is right.", run.Output);
        Assert.Equal(12, run.Lines.Count(line => line.Contains('█')));
        Assert.DoesNotContain("\e", run.Output);
    }

    [Theory]
    [InlineData("abc", "The loss of “abc” is ")]
    [InlineData("abcd", "The loss of “abcd” without its end is ")]
    [InlineData("abcdefg", "The loss of “abcd”, the first 4 of 7 characters of a line, is ")]
    public void The_part_of_the_line_that_is_checked_is_named(string line, string head)
    {
        using var folder = new Folder().With("input.txt", line);
        Assert.StartsWith(head, folder.Run("gradcheck", "--n-embd", "4", "--block-size", "4").Output);
    }

    [Fact]
    public void A_right_gradient_passes() =>
        Assert.Equal(ExitCode.Success, GradCheckCommand.Check(Model, Engines.Expression).OrThrow());

    [Theory]
    [InlineData(1 + 1e-6)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_wrong_gradient_fails(double factor)
    {
        Engine Wrong(LanguageModel model) => (parameters, batch, _) =>
        {
            var (loss, gradient) = Engines.Expression(model)(parameters, batch);
            return (loss, gradient with { Values = [.. gradient.Values.Select(g => g * factor)] });
        };

        Assert.Equal(ExitCode.WrongGradient, GradCheckCommand.Check(Model, Wrong).OrThrow());
    }

    private static UntrainedModel Create()
    {
        var corpus = Corpus.Parse("anna\nbob\n"u8, "names", Split.Lines).OrThrow();
        var tokenizer = Tokenizer.Of(corpus);
        var configuration = Configuration.Create(4, 2, 1, 4, tokenizer.VocabSize).OrThrow();
        return new(corpus, "", tokenizer, configuration, PythonRandom.Seed(1));
    }
}
