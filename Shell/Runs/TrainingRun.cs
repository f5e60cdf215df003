using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Options;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>A training run before its first step.</summary>
/// <param name="Options">The options but for the files.</param>
/// <param name="Outputs">The files that it writes.</param>
/// <param name="Start">The run's beginning, or the checkpoint that it resumes. The parameters are 0 until they are drawn.</param>
/// <param name="Undrawn">The model whose parameters are to be drawn, unless they are drawn or resumed.</param>
/// <param name="Documents">The number of all documents.</param>
/// <param name="Entropy">The entropy of all documents.</param>
/// <param name="CutLines">The sentence about lines that are longer than the block, if there are any.</param>
/// <param name="Data">The tokens that it learns from.</param>
/// <param name="HeldOut">The tokens of the documents that are held out for validation.</param>
internal sealed record TrainingRun(
    TrainOptions Options,
    OutputOptions Outputs,
    Checkpoint Start,
    Option<UntrainedModel> Undrawn,
    int Documents,
    Entropy Entropy,
    Option<string> CutLines,
    TrainingData Data,
    ImmutableArray<ImmutableArray<int>> HeldOut)
{
    /// <summary>The run with its parameters drawn, and rounded to its precision.</summary>
    public TrainingRun Drawn()
    {
        var start = Undrawn.Match(Some: Draw, None: () => Start);
        return this with { Start = start with { State = Options.Engine.Round(start.State) }, Undrawn = None };
    }

    private Checkpoint Draw(UntrainedModel model)
    {
        var (parameters, next) = model.Draw();
        return Start with { State = TrainingState.Start(parameters, Options.Optimizer), Random = next };
    }
}
