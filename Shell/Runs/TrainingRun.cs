using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Text;
using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Runs;

/// <summary>A training run before its first step. It holds the tokens of the text, and not the text.</summary>
/// <param name="Outputs">The files that it writes.</param>
/// <param name="Start">The run's beginning, or the checkpoint that it resumes. The parameters are 0 until they are drawn.</param>
/// <param name="Undrawn">The parameters that are to be drawn, unless they are drawn or resumed.</param>
/// <param name="Extent">The size of the data, as a line.</param>
/// <param name="Entropy">The entropy of all documents.</param>
/// <param name="CutLines">The sentence about lines that are longer than the block, if there are any.</param>
/// <param name="Data">The tokens that it learns from.</param>
/// <param name="HeldOut">The tokens of the documents that are held out for validation.</param>
internal sealed record TrainingRun(
    OutputOptions Outputs,
    Checkpoint Start,
    Option<FirstParameters> Undrawn,
    string Extent,
    Entropy Entropy,
    Option<string> CutLines,
    TrainingData Data,
    ImmutableArray<ImmutableArray<int>> HeldOut)
{
    /// <summary>The configuration of the run.</summary>
    public RunConfiguration Configuration => Start.RunConfiguration;

    /// <summary>The sizes of the run and the losses to compare with, as lines.</summary>
    public ImmutableArray<string> Header =>
    [
        Extent,
        Invariant($"vocab size: {Start.Tokenizer.VocabSize} (loss of chance: {Start.Configuration.ChanceLoss:F4}, ")
            + Invariant($"of a table of characters: {Entropy.Single:F4}, of pairs: {Entropy.Pairs:F4})"),
        $"num params: {Start.Configuration.ParameterCount}",
    ];

    /// <summary>What the display of the run shows besides its steps.</summary>
    public RunOutline Outline => new(Start.State.Step, Configuration.Schedule.Steps, References, Configuration.Split.IsRunningText);

    private string References => Invariant($"chance {Start.Configuration.ChanceLoss:F2}, table {Entropy.Single:F2}, ")
        + Invariant($"of pairs {Entropy.Pairs:F2}")
        + (Start.DataSha256 == OriginalRun.DataSha256 ? Invariant($", the original's end {OriginalRun.Losses[^1].Loss:F2}") : "");

    /// <summary>The run with its parameters drawn, and rounded as the trainer rounds them before its first step.</summary>
    public TrainingRun Drawn()
    {
        var start = Undrawn.Match(Some: Draw, None: () => Start);
        return this with
        {
            Start = Configuration.Precision == Precision.Double ? start : Round(start),
            Undrawn = Option<FirstParameters>.None,
        };
    }

    private Checkpoint Draw(FirstParameters first)
    {
        var (parameters, next) = first.Draw();
        return Start with { State = TrainingState.Start(parameters, Configuration.Optimizer), Random = next };
    }

    private static Checkpoint Round(Checkpoint start) => start with
    {
        State = start.State with { Parameters = Round(start.State.Parameters), Slots = [.. start.State.Slots.Select(Round)] },
    };

    private static T Round<T>(T numbers) where T : ParameterValues =>
        (T)(numbers with { Values = [.. numbers.Values.Select(x => (double)(float)x)] });
}
