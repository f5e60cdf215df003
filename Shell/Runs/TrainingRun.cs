using System.Collections.Immutable;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Options;
using MicroGpt.Training;

namespace MicroGpt.Shell.Runs;

/// <summary>A training run before its first step.</summary>
/// <param name="Options">The options but for the files.</param>
/// <param name="Outputs">The files that it writes.</param>
/// <param name="Start">The run's beginning, or the checkpoint that it resumes.</param>
/// <param name="Documents">The number of all documents.</param>
/// <param name="Data">The tokens that it learns from.</param>
/// <param name="HeldOut">The tokens of the documents that are held out for validation.</param>
internal sealed record TrainingRun(
    TrainOptions Options,
    OutputOptions Outputs,
    Checkpoint Start,
    int Documents,
    TrainingData Data,
    ImmutableArray<ImmutableArray<int>> HeldOut);
