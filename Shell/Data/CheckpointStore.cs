using LanguageExt;
using MicroGpt.Checkpoints;

namespace MicroGpt.Shell.Data;

/// <summary>Checkpoints as files.</summary>
internal static class CheckpointStore
{
    /// <summary>The checkpoint in a file.</summary>
    public static Either<Problem, Checkpoint> Read(string path) => IoErrors.Try<Checkpoint>(path, "name a file that --save wrote", () =>
        ExistingFile.Examine(path) is { Format: not FileFormat.Checkpoint } content ? CheckpointFile.Refuse(path, content)
        : new FileInfo(path) is { Exists: true, Length: var length } && length > Array.MaxLength
            ? new Problem($"{path} cannot be used as a checkpoint: it has {length} bytes, more than any checkpoint; "
                + "name a file that --save wrote.")
        : CheckpointFile.Read(File.ReadAllBytes(path), path));

    /// <summary>
    /// Saves a checkpoint in place of the file's old content, which stays if saving fails. A problem names the option of the file.
    /// </summary>
    public static Either<Problem, Unit> Save(Checkpoint checkpoint, string path, string option) =>
        AtomicFile.Save(FileOperations.Real, CheckpointFile.Write(checkpoint).AsMemory(), path, overwrite: true)
            .MapLeft(reason => IoErrors.Unsaved(path, reason, option));
}
