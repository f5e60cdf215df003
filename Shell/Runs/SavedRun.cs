using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The checkpoints that a run writes. The log is flushed first, so that it never holds fewer steps than a checkpoint.</summary>
internal sealed class SavedRun(OutputOptions outputs, TrainingLogWriter log, Continuation continuation)
{
    /// <summary>Saves a checkpoint if the run is to be saved.</summary>
    public Either<EarlyExit, Unit> Save(Checkpoint reached)
    {
        log.Flush();
        return SaveUnlogged(reached);
    }

    /// <summary>Saves a checkpoint after the log could not be written.</summary>
    public Either<EarlyExit, Unit> SaveUnlogged(Checkpoint reached) => outputs.Save
        .Match(Some: path => CheckpointStore.Save(reached, path, OutputOptions.SaveName), None: () => Right<Problem, Unit>(unit))
        .MapLeft(EarlyExit.IoError);

    /// <summary>
    /// Keeps a validated checkpoint if it is the best so far. A failure ends the run, which is saved as <paramref name="reached"/>.
    /// </summary>
    public Either<EarlyExit, Unit> KeepBest(Checkpoint validated, Checkpoint reached) =>
        outputs.KeepBest.Filter(_ => validated.Best.Since == 0).Match(
            None: () => unit,
            Some: path =>
            {
                log.Flush();
                return CheckpointStore.Save(validated, path, OutputOptions.KeepBestName).BindLeft(problem =>
                    SaveUnlogged(reached).Bind<Unit>(_ => continuation.EndByError(problem, reached.State.Step)));
            });
}
