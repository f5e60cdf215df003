using System.Collections.Immutable;
using System.Text.RegularExpressions;
using FsCheck;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A reader of checkpoint files: under test.</summary>
public delegate Either<Problem, Checkpoint> Reader(ReadOnlyMemory<byte> file, string source);

/// <summary>Laws of checkpoint files.</summary>
public static partial class CheckpointLaws
{
    // In bytes: a hundred times the size of the files. The sizes that some of them claim are a thousand times larger.
    private const int MostMemory = 4_000_000;

    /// <summary>A checkpoint that is written and read again is the same, to the last bit.</summary>
    public static Property ComesBack(Checkpoint saved, Reader read) => read(CheckpointFile.Write(saved).AsMemory(), "file").Match(
        Left: problem => Verdict.That(false, problem.Sentence),
        Right: back => Verdict.NoneOf(
        [
            .. from i in Enumerable.Range(0, saved.Settings.Length)
               where saved.Settings[i] != back.Settings[i]
               select $"{saved.Settings[i]} comes back as {back.Settings[i]}",
            .. back.State.Step == saved.State.Step ? (string[])[] : [$"step {saved.State.Step} comes back as {back.State.Step}"],
            .. Differences(saved.State.Parameters, back.State.Parameters),
            .. saved.State.Slots.SelectMany(slot => Differences(slot, back.State[slot.Name])),
            .. saved.Random.Repeat(1000, r => r.Gauss(0, 1)).Value.SequenceEqual(back.Random.Repeat(1000, r => r.Gauss(0, 1)).Value)
                ? (string[])[] : ["the generator comes back as another"],
        ]));

    /// <summary>A run that is saved, read again and trained to its last step ends with the bits of a run that never stopped.</summary>
    public static Property GoesOn(InterruptedRun run, Reader read)
    {
        var (start, trainer, steps) = (run.Start, run.Trainer(), run.Configuration.Schedule.Steps);
        return (
            from whole in trainer.Steps(start.State, steps)
            from first in trainer.Steps(start.State, run.StopAfter)
            from found in read(CheckpointFile.Write(start with { State = first.State }).AsMemory(), "file")
            from rest in run.Trainer().Steps(found.State, steps)
            let expected = CheckpointFile.Write(start with { State = whole.State })
            select Verdict.NoneOf(
            [
                .. expected.SequenceEqual(CheckpointFile.Write(found with { State = rest.State }))
                    ? (string[])[] : ["the run ends with another checkpoint"],
                .. Losses(whole).SequenceEqual(Losses(first).Concat(Losses(rest)))
                    ? (string[])[] : ["the run finds other losses or gradients"],
            ])).IfLeft(problem => Verdict.That(false, problem.Sentence));

        static IEnumerable<double> Losses((TrainingState State, ImmutableArray<StepResult> Results) trained) =>
            trained.Results.SelectMany(result => result.GradientNorms.Prepend(result.Loss));
    }

    /// <summary>A file of the same content in another order and spacing is read as the same checkpoint.</summary>
    public static Property IgnoresLayout(Rewritten file, Reader read) => read(file.Bytes, "file").Match(
        Left: problem => Verdict.That(false, problem.Sentence),
        Right: back => Verdict.That(
            CheckpointFile.Write(back).SequenceEqual(CheckpointFile.Write(file.Checkpoint)), "it is read as another checkpoint"));

    /// <summary>A file with any change of content is rejected with one sentence.</summary>
    public static Property RefusesOtherContent(Altered file, Reader read) => Verdict.NoneOf(read(file.Bytes, "file").Match(
        Left: problem => Unclear(problem.Sentence),
        Right: _ => ["it is read"]));

    /// <summary>
    /// A file of any bytes is rejected with one sentence, or its hash is right, and all of its content is that of its checkpoint. Reading
    /// it allocates no memory for sizes that it only claims.
    /// </summary>
    public static Property IsRefusedOrWhole(byte[] file, Reader read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = read(file, "file");
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        return Verdict.NoneOf(
        [
            .. outcome.Match(
                Left: problem => Unclear(problem.Sentence),
                Right: checkpoint => Tampered.Sealed(file).AsSpan().SequenceEqual(file)
                    ? Surplus(ForeignFile.Parse(file), ForeignFile.Parse(CheckpointFile.Write(checkpoint).AsSpan()))
                    : ["it is read, and its hash is wrong"]),
            .. taken <= MostMemory ? (string[])[] : [$"{file.Length} bytes of a file took {taken} bytes of memory"],
        ]);
    }

    // The content of a file that its checkpoint does not have. Metadata that a file does not tell may have a default.
    private static IEnumerable<string> Surplus(ForeignFile file, ForeignFile written) =>
    [
        .. file.Metadata.Where(entry => entry.Name is not ("format_version" or "sha256")).Except(written.Metadata)
            .Select(entry => $"{entry.Name} is read as another text"),
        .. file.Tensors.Length == written.Tensors.Length ? (string[])[] : ["it is read as other tensors"],
        .. from tensor in file.Tensors
           where !written.Tensors.Any(other => (tensor.Name, tensor.DType) == (other.Name, other.DType)
               && tensor.Shape.SequenceEqual(other.Shape) && tensor.Bytes.SequenceEqual(other.Bytes))
           select $"{tensor.Name} is read as another tensor",
    ];

    private static IEnumerable<string> Unclear(string sentence) =>
        Sentence().IsMatch(sentence) ? [] : [$"“{sentence}” is not one clear sentence"];

    private static IEnumerable<string> Differences(ParameterValues saved, ParameterValues back) =>
        saved.Values.SelectMany((x, i) => Verdict.Unequal(saved.Table.NameOf(i), back.Values[i], x));

    [GeneratedRegex(@"^file cannot be used as a checkpoint: [^\p{C}]{10,300}; (name|read|unpack|fetch) [a-z -]+\.$")]
    private static partial Regex Sentence();
}
