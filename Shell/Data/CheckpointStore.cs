using LanguageExt;
using MicroGpt.Checkpoints;

namespace MicroGpt.Shell.Data;

/// <summary>Checkpoints as files.</summary>
internal static class CheckpointStore
{
    /// <summary>The checkpoint that a file holds.</summary>
    public static Either<Problem, Checkpoint> Read(string path) => IoErrors.Reading<Checkpoint>(path, "name a file that --save wrote", () =>
        new FileInfo(path) is { Exists: true, Length: var length } && length > Array.MaxLength
            ? new Problem($"{path} cannot be used as a checkpoint: it has {length} bytes, more than any checkpoint; name a file that --save wrote.")
            : CheckpointFile.Read(File.ReadAllBytes(path), path));

    /// <summary>Why nothing can be saved under a path, if that is known already.</summary>
    public static Option<Problem> Refusal(string path) => AtomicFile.Refusal(FileOperations.Real, path).Map(reason => Unsaved(path, reason));

    /// <summary>Saves a checkpoint in place of what the file held before, which stays if that fails.</summary>
    public static Option<Problem> Save(Checkpoint checkpoint, string path) =>
        AtomicFile.Save(FileOperations.Real, CheckpointFile.Write(checkpoint).AsMemory(), path, overwrite: true)
            .Map(reason => Unsaved(path, reason));

    private static Problem Unsaved(string path, string reason) => IoErrors.Unsaved(path, reason, "--save");
}
