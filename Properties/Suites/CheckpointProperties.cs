using FsCheck;
using MicroGpt.Checkpoints;

namespace MicroGpt.Properties;

/// <summary>Checkpoints: a saved run comes back whole, and a damaged file is refused.</summary>
public class CheckpointProperties
{
    [Trait("Speed", "Slow")]
    [Law(200)]
    public Property What_is_saved_comes_back(Saved saved) => CheckpointLaws.ComesBack(saved.Checkpoint, CheckpointFile.Read);

    [Trait("Speed", "Slow")]
    [Law(200)]
    public Property A_run_that_was_interrupted_ends_as_one_that_never_stopped(InterruptedRun run) =>
        CheckpointLaws.GoesOn(run, CheckpointFile.Read);

    [Trait("Speed", "Slow")]
    [Law(20_000)]
    public Property A_file_that_was_tampered_with_is_refused_or_whole(Tampered file) =>
        CheckpointLaws.IsRefusedOrWhole(file.Bytes, CheckpointFile.Read);
}
