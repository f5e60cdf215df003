using System.Text;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Data;
using static LanguageExt.Prelude;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The page, picture or graph that --out names.</summary>
internal static class OutFile
{
    private const string Name = "--out";

    /// <summary>The option.</summary>
    public static TypedOption<string> Option(string example, string description) => TypedOption.File(Name, example, description);

    /// <summary>The path, if text of this format can be written there and destroys no file.</summary>
    public static Validation<Problem, Option<string>> Check(
        ParseResult parse, Option<string> path, FileFormat format, IEnumerable<InputFile> inputs) => FileGuard.Check(
        inputs,
        path.Map(file => new OutputFile(file, Name, format, WriteMode.Atomic, GoesOnFrom: None, Alternative: None)),
        parse.GetValue(OutputOptions.ForceFlag)).Map(_ => path);

    /// <summary>Saves a text in place of the file's old content, which stays if saving fails.</summary>
    public static Either<Problem, Unit> Save(string path, string text) =>
        Save(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Saves bytes in place of the file's old content, which stays if saving fails.</summary>
    public static Either<Problem, Unit> Save(string path, ReadOnlyMemory<byte> bytes) =>
        AtomicFile.Save(FileOperations.Real, bytes, path, overwrite: true)
            .MapLeft(reason => IoErrors.Unsaved(path, reason, Name));
}
