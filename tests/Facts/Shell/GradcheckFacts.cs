using MicroGpt.Autograd;
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

    [Fact]
    public void A_gradient_is_checked_against_guaranteed_brackets()
    {
        using var folder = new Folder().With("input.txt", "anna\nbob\n");
        var run = folder.Run("gradcheck", "--oracle", "interval", "--n-embd", "4", "--n-head", "2", "--engine", "scalar");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(9, run.Lines.Count(line => line.TrimEnd().EndsWith(" 0e00 ok")));
        Assert.Contains(" Its exact value is between ", run.Output);
        Assert.Contains("in widths of the bracket; at most 0 for this engine.", run.Output);
        Assert.Contains("The gradient is right.", run.Output);
    }

    [Theory]
    [InlineData(1, ExitCode.Success)]
    [InlineData(1 + 1e-9, ExitCode.WrongGradient)]
    [InlineData(double.NaN, ExitCode.WrongGradient)]
    public void A_gradient_outside_its_brackets_fails(double factor, int exitCode)
    {
        Engine Scaled(LanguageModel model) => (parameters, batch, _) =>
        {
            var (loss, gradient) = Engines.Expression(model)(parameters, batch);
            return (loss, gradient with { Values = [.. gradient.Values.Select(g => g * factor)] });
        };

        Assert.Equal(exitCode, GradCheckCommand.CheckByBrackets(Model, Scaled, widths: 1).OrThrow());
    }

    // The widest bracket that says something is a millionth of the largest derivative.
    [Fact]
    public void A_bracket_that_says_nothing_is_never_called_ok()
    {
        var table = new ParameterTable([ParameterDefinition.Weight("w", 1, 4)]);
        var bracket = new Bracket(Bounds.Everything, [new(1, 1), Bounds.Everything, new(0, 1e-5), new(0, 1e-7)]);
        var checks = BracketCheck.Run(bracket, new(table, [1, 1, 0, 0]));
        using var writer = new StringWriter();
        new GradientReport(writer).PrintMatrices(checks, widths: 0);
        Assert.Equal((2, 0), (checks[0].Silent, checks[0].Outside));
        Assert.Contains("says nothing of 2", $"{writer}");
        Assert.Contains("2 brackets say nothing", $"{writer}");
        Assert.DoesNotContain("right", $"{writer}");
        Assert.DoesNotContain("ok", $"{writer}");
    }

    private static UntrainedModel Create()
    {
        var corpus = Corpus.Parse("anna\nbob\n"u8, "names", Split.Lines).OrThrow();
        var tokenizer = Tokenizer.Of(corpus);
        var configuration = Configuration.Create(4, 2, 1, 4, tokenizer.VocabSize).OrThrow();
        return new(corpus, "", tokenizer, configuration, PythonRandom.Seed(1));
    }
}
