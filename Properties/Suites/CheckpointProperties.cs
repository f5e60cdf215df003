using FsCheck;
using MicroGpt.Checkpoints;

namespace MicroGpt.Properties;

/// <summary>Checkpoints: a saved run reads back the same, and a damaged file is refused.</summary>
public class CheckpointProperties
{
    [Trait("Speed", "Slow")]
    [Law(200)]
    public Property A_saved_checkpoint_reads_back_the_same(Saved saved) => CheckpointLaws.ComesBack(saved.Checkpoint, CheckpointFile.Read);

    [Trait("Speed", "Slow")]
    [Law(200)]
    public Property A_run_that_was_interrupted_ends_as_one_that_never_stopped(InterruptedRun run) =>
        CheckpointLaws.GoesOn(run, CheckpointFile.Read);

    [Trait("Speed", "Slow")]
    [Law(200)]
    public Property A_file_in_any_order_and_spacing_reads_back_the_same(Rewritten file) =>
        CheckpointLaws.IgnoresLayout(file, CheckpointFile.Read);

    [Trait("Speed", "Slow")]
    [Law(1000)]
    public Property A_file_of_other_content_is_refused(Altered file) => CheckpointLaws.RefusesOtherContent(file, CheckpointFile.Read);

    [Trait("Speed", "Slow")]
    [Law(20_000)]
    public Property A_tampered_file_is_refused_or_reads_back_the_same(Tampered file) =>
        CheckpointLaws.IsRefusedOrWhole(file.Bytes, CheckpointFile.Read);
}
