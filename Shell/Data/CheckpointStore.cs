using LanguageExt;
using MicroGpt.Checkpoints;

namespace MicroGpt.Shell.Data;

/// <summary>Checkpoints and other safetensors files.</summary>
internal static class CheckpointStore
{
    private const string Remedy = "name a file that --save wrote", SafetensorsRemedy = "name a safetensors file";

    /// <summary>The checkpoint in a file.</summary>
    public static Either<Problem, Checkpoint> Read(string path) => Read(path, Remedy, (content, bytes) =>
        content is { Format: not FileFormat.Checkpoint } ? CheckpointFile.Refuse(path, content) : CheckpointFile.Read(bytes(), path));

    /// <summary>The weights in a file.</summary>
    public static Either<Problem, Weights> ReadWeights(string path) => Read(path, SafetensorsRemedy, (content, bytes) =>
        content is { Format: not (FileFormat.Checkpoint or FileFormat.Safetensors) }
            ? Weights.Refuse(path, content) : Weights.Read(bytes(), path));

    /// <summary>The value of one of two functions: of the checkpoint in a file, or of another program's safetensors file.</summary>
    public static Either<Problem, A> Read<A>(string path, Func<Checkpoint, A> checkpoint, Func<SafetensorsFile, A> foreign) =>
        Read(path, Remedy, (content, bytes) => content switch
        {
            { Format: FileFormat.Safetensors } => SafetensorsFile.Read(bytes()).MapLeft(reason => Unsound(path, reason)).Map(foreign),
            { Format: not FileFormat.Checkpoint } => CheckpointFile.Refuse(path, content),
            _ => CheckpointFile.Read(bytes(), path).Map(checkpoint),
        });

    /// <summary>
    /// Saves a checkpoint in place of the file's old content, which stays if saving fails. A problem names the option of the file.
    /// </summary>
    public static Either<Problem, Unit> Save(Checkpoint checkpoint, string path, string option) =>
        AtomicFile.Save(FileOperations.Real, CheckpointFile.Write(checkpoint).AsMemory(), path, overwrite: true)
            .MapLeft(reason => IoErrors.Unsaved(path, reason, option));

    // Reads a file by its content and its bytes. The content is null if the file is a pipe or a device.
    private static Either<Problem, A> Read<A>(
        string path, string remedy, Func<FileContent?, Func<byte[]>, Either<Problem, A>> read) => IoErrors.Try(path, remedy, () =>
    {
        var content = ExistingFile.Examine(path);
        return content is { Format: FileFormat.Checkpoint or FileFormat.Safetensors }
            && new FileInfo(path) is { Exists: true, Length: var length } && length > Array.MaxLength
            ? new Problem($"{path} cannot be read: it has {length} bytes, more than a file of this program; {remedy}.")
            : read(content, () => File.ReadAllBytes(path));
    });

    private static Problem Unsound(string path, string reason) => new($"{path} cannot be read: {reason}; {SafetensorsRemedy}.");
}
