using LanguageExt;
using MicroGpt.Checkpoints;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Data;

/// <summary>A file that a command reads.</summary>
/// <param name="Path">The path.</param>
/// <param name="Role">The option that names it, as a clause: "--data names".</param>
internal sealed record InputFile(string Path, string Role);

/// <summary>The ways to write a file.</summary>
internal enum WriteMode
{
    /// <summary>By <see cref="AtomicFile"/>: a .part file replaces the old file.</summary>
    Atomic,

    /// <summary>In place, from the beginning.</summary>
    InPlace,

    /// <summary>In place, after rows that are kept.</summary>
    Continued,
}

/// <summary>A file that a command writes.</summary>
/// <param name="Path">The path.</param>
/// <param name="Option">The option that names it.</param>
/// <param name="Format">The format that is written.</param>
/// <param name="Mode">The way to write.</param>
/// <param name="GoesOnFrom">The path of the input that the command goes on from, and may therefore replace.</param>
/// <param name="Alternative">The way to go on from an old file of the same format, as a clause, if there is one.</param>
internal sealed record OutputFile(
    string Path, string Option, FileFormat Format, WriteMode Mode, Option<string> GoesOnFrom, Option<string> Alternative)
{
    /// <summary>The .part file, if there is one.</summary>
    public Option<string> Part => Mode == WriteMode.Atomic ? AtomicFile.PartOf(Path) : None;

    /// <summary>True if the file at a path is written: it is this one, or its .part file.</summary>
    public bool Overwrites(string path) => FileIdentity.AreSame(Path, path) || Part.Exists(part => FileIdentity.AreSame(part, path));

    /// <summary>True if the command goes on from the file at a path.</summary>
    public bool GoesOn(string path) => GoesOnFrom.Exists(from => FileIdentity.AreSame(from, path));
}

/// <summary>The guard of the files that a command line names: what the command writes destroys none of them.</summary>
internal static class FileGuard
{
    /// <summary>
    /// A problem for each output that would overwrite an input or another output, for each that would replace a file without
    /// <paramref name="force"/>, and for each that cannot be written.
    /// </summary>
    public static Validation<Problem, Unit> Check(IEnumerable<InputFile> inputs, IEnumerable<OutputFile> outputs, bool force)
    {
        var (read, written) = (inputs.ToArray(), outputs.ToArray());
        Conflict[] conflicts = [.. Overwritten(read, written), .. Shared(written)];
        var replacing = force ? [] : written.Where(output => !conflicts.Any(conflict => conflict.Outputs.Contains(output)));
        Problem[] problems = [.. conflicts.Select(conflict => conflict.Problem), .. replacing.SelectMany(Replaced)];
        // A path is tested by writing its .part file. That is safe only if the file is none of the others.
        if (problems is []) problems = [.. written.SelectMany(Unwritable)];
        return problems is [] ? unit : problems.ToSeq();
    }

    private static IEnumerable<Conflict> Overwritten(InputFile[] inputs, OutputFile[] outputs) =>
        from output in outputs
        from input in inputs
        where output.Overwrites(input.Path) && !output.GoesOn(input.Path)
        select new Conflict([output], new(
            $"{output.Option} {output.Path} would overwrite {input.Path}, which {input.Role}; name another file."));

    private static IEnumerable<Conflict> Shared(OutputFile[] outputs) =>
        from i in Enumerable.Range(0, outputs.Length)
        let output = outputs[i]
        from other in outputs[(i + 1)..]
        where output.Overwrites(other.Path) || other.Overwrites(output.Path)
        select new Conflict([output, other], new(
            $"{output.Option} {output.Path} and {other.Option} {other.Path} would overwrite each other; name two files."));

    private static IEnumerable<Problem> Replaced(OutputFile output)
    {
        var remedy = $"name another file with {output.Option}, or replace it with --force";
        if (Examine(output.Path) is { } found && !output.GoesOn(output.Path) && !MayBeContinued(output, found))
        {
            var instead = output.Alternative.Filter(_ => found.Format == output.Format).Map(clause => $"{clause}, --force replaces it");
            yield return new($"{output.Path} is {found.Description}; {instead.IfNone(remedy)}.");
        }
        // A .part file of the same format is what a killed process left.
        foreach (var part in output.Part)
            if (Examine(part) is { } left && left.Format != output.Format)
                yield return new($"{part} is {left.Description}, and {output.Path} is written there first; {remedy}.");
    }

    // The writer of a log refuses a text that is not the log of its run.
    private static bool MayBeContinued(OutputFile output, FileContent found) =>
        output.Mode == WriteMode.Continued && found.Format is (FileFormat.Log or FileFormat.Text);

    // The content of a file, or null if nothing would be lost.
    private static FileContent? Examine(string path)
    {
        try
        {
            return ExistingFile.Examine(path) is { Format: not FileFormat.Empty } content ? content : null;
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return new(FileFormat.Unknown, "a file that cannot be read");
        }
    }

    private static IEnumerable<Problem> Unwritable(OutputFile output) => output.Mode == WriteMode.Atomic
        ? AtomicFile.CheckWritable(FileOperations.Real, output.Path).LeftToSeq()
            .Select(reason => IoErrors.Unsaved(output.Path, reason, output.Option))
        : [];

    /// <summary>A problem of one output, or of two, with other files of the same command line.</summary>
    private sealed record Conflict(OutputFile[] Outputs, Problem Problem);
}
