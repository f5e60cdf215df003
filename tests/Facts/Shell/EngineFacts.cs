using System.Collections.Immutable;
using System.Globalization;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts.Shell;

/// <summary>The engines on the command line.</summary>
[Trait("Speed", "Slow")]
public class EngineFacts
{
    private static readonly byte[] Names = Recorded.Bytes("given-names.txt");

    [Fact]
    public void Every_engine_invents_the_names_of_the_scalar_engine()
    {
        using var folder = new Folder().With("names.txt", Names);
        var expected = NamesOf("scalar");
        Assert.Equal(10, expected.Length);
        Assert.All(Enum.GetNames<EngineKind>(), engine => Assert.Equal(expected, NamesOf(engine.ToLowerInvariant())));

        string[] NamesOf(string engine)
        {
            var run = folder.Run("--data", "names.txt", "--steps", "60", "--samples", "10", "--engine", engine, "--quiet");
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            return run.Lines[..^1];
        }
    }

    [Theory]
    [InlineData("compiled", "double"), InlineData("compiled", "single"), InlineData("scalar", "double"), InlineData("expression", "double")]
    public void Each_engine_validates_by_itself_in_its_precision(string engine, string precision)
    {
        using var folder = new Folder().With("names.txt", Names);
        var run = folder.Run(
            "--data", "names.txt", "--steps", "3", "--samples", "0", "--validation", "0.02", "--engine", engine, "--precision", precision,
            "--save", "model", "--log", "log.csv");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        var saved = CheckpointFile.Read(folder.Bytes("model"), "model").OrThrow();
        var (settings, parameters) = (saved.RunConfiguration, saved.State.Parameters);
        Assert.Equal((engine, precision), ($"{settings.Engine}".ToLowerInvariant(), $"{settings.Precision}".ToLowerInvariant()));
        var corpus = Corpus.Parse(Names, "names", Split.Lines).OrThrow().Shuffle(PythonRandom.Seed(42)).Value;
        ImmutableArray<ImmutableArray<int>> heldOut = [.. corpus.HoldOut(settings.Validation).OrThrow().HeldOut
            .Select(name => saved.Tokenizer.Document(name).OrThrow())];
        var losses = Backends.All.ToDictionary(
            backend => (backend.Engine, backend.Precision),
            backend => MeanLosses.Average(backend.CreateScorer(new Gpt(saved.Configuration).Model)(parameters, heldOut)));
        Assert.NotEqual(losses[(EngineKind.Compiled, Precision.Single)], losses[(EngineKind.Compiled, Precision.Double)]);
        Assert.Equal(losses[(settings.Engine, settings.Precision)], new(LastCell(4), LastCell(5)));

        double LastCell(int column) =>
            double.Parse(folder.Read("log.csv").TrimEnd('\n').Split('\n')[^1].Split(',')[column], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("scalar"), InlineData("expression")]
    public void An_engine_without_single_precision_refuses_it(string engine)
    {
        using var folder = new Folder().With("names.txt", Names);
        var run = folder.Run("--data", "names.txt", "--engine", engine, "--precision", "single");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"precision is single, and engine {engine} computes in double only; leave one of the two out.\n", run.Error);
    }
}
