using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Checkpoints;

/// <summary>
/// A checkpoint as a safetensors file: the metadata, with a hash of the content, then the parameters and the slots of the optimizer by name
/// in the precision of the run. A slot has the name of the optimizer, its own and that of the matrix, as in adam.m.wte.
/// </summary>
public static class CheckpointFile
{
    private const long MostBytes = 2_000_000_000; // This is just below the length of the largest byte array.

    /// <summary>The configuration, or a problem if a checkpoint of this model would be too large.</summary>
    public static Validation<Problem, Configuration> Fits(Configuration configuration, Precision precision, Optimizer optimizer) =>
        CountBytes(configuration.ParameterCount, precision, optimizer) <= MostBytes
            ? configuration
            : new Problem(FormattableString.Invariant(
                $"A checkpoint of {configuration.ParameterCount:N0} parameters would be larger than {MostBytes:N0} bytes; ")
                + "choose a smaller n_embd or n_layer.");

    /// <summary>The bytes of a checkpoint's file, in the current version of the format. Equal checkpoints have equal files.</summary>
    public static ImmutableArray<byte> Write(Checkpoint checkpoint)
    {
        var (run, header) = (checkpoint.RunConfiguration, WriteHeader(checkpoint, CheckpointHash.NoHash));
        var file = new byte[header.Length + CountBytes(checkpoint.Configuration.ParameterCount, run.Precision, run.Optimizer)];
        header.CopyTo(file, 0);
        var at = header.Length;
        foreach (var part in (ParameterValues[])[checkpoint.State.Parameters, .. checkpoint.State.Slots])
            foreach (var number in part.Values)
            {
                run.Precision.Write(file.AsSpan(at), number);
                at += run.Precision.Bytes;
            }
        var content = SafetensorsFile.Read(file).IfLeft(reason => throw new InvalidOperationException(reason));
        WriteHeader(checkpoint, CheckpointHash.Compute(content)).CopyTo(file, 0);
        return ImmutableCollectionsMarshal.AsImmutableArray(file);
    }

    /// <summary>
    /// The checkpoint in a file's bytes, or a problem that names the file <paramref name="source"/>. Tensors and metadata may stand in any
    /// order. A file is accepted only if all of its content belongs to the checkpoint and is as it was written.
    /// </summary>
    public static Either<Problem, Checkpoint> Read(ReadOnlyMemory<byte> file, string source) =>
        FileContent.Recognize(file.Span, file.Length) is { Format: not FileFormat.Checkpoint } content
            ? Refuse(source, content)
            : Read(file).MapLeft(reason => Refuse(source, reason));

    /// <summary>The problem that the file <paramref name="source"/> has a content that is not a checkpoint.</summary>
    public static Problem Refuse(string source, FileContent content) => Refuse(source, $"it is {content.Description}", content.Remedy);

    private static Problem Refuse(string source, string reason, string? remedy = null) =>
        new($"{source} cannot be used as a checkpoint: {reason}; {remedy ?? "name a file that --save wrote"}.");

    private static Either<string, Checkpoint> Read(ReadOnlyMemory<byte> file) =>
        from content in SafetensorsFile.Read(file)
        from unchanged in CheckpointHash.Check(content, file)
        let metadata = new Metadata(content.Metadata.ToImmutableDictionary())
        from tokenizer in metadata.Tokenizer
        from run in metadata.RunConfiguration
        from configuration in Metadata.Configuration(run, tokenizer.VocabSize)
        from step in metadata.Step(run.Schedule)
        from random in metadata.Random
        from data in metadata.DataSha256
        from best in metadata.Best(step)
        from sized in CheckSizes(configuration, run, content.Tensors)
        from state in ReadState(configuration.Table, run, step, content.Tensors)
        let checkpoint = new Checkpoint(state, random, tokenizer, run, data) { Best = best }
        from known in CheckMetadata(content.Metadata, checkpoint)
        select checkpoint;

    // A problem if the sizes need more bytes than there are. A table of such sizes could exceed the memory, so it is not made before.
    private static Either<string, Unit> CheckSizes(
        Configuration configuration, RunConfiguration run, ImmutableSortedDictionary<string, StoredTensor> tensors) =>
        (CountBytes(configuration.ParameterCount, run.Precision, run.Optimizer), tensors.Values.Sum(tensor => (long)tensor.Bytes.Length)) is
            var (needed, held) && needed > held ? $"its sizes need {needed} bytes of numbers, and it holds {held}" : unit;

    private static Either<string, TrainingState> ReadState(
        ParameterTable table, RunConfiguration run, int step, ImmutableSortedDictionary<string, StoredTensor> tensors)
    {
        return
            from known in CheckNames(tensors, TensorsOf(table, run.Precision, run.Optimizer))
            from parameters in ReadPart("", double.MinValue)
            from slots in run.Optimizer.Slots.Select(slot =>
                ReadPart(Prefix(run.Optimizer, slot), slot.Least).Map(values => new Slot(slot.Name, table, values))).Sequence()
            select new TrainingState(new(table, parameters), [.. slots], step);

        Either<string, ImmutableArray<double>> ReadPart(string prefix, double least)
        {
            var (numbers, count) = (new double[table.ParameterCount], 0);
            foreach (var matrix in table.Definitions)
            {
                var bytes = tensors[prefix + matrix.Name].Bytes.Span;
                for (var i = 0; i < matrix.Count; i++)
                {
                    var number = run.Precision.Read(bytes[(i * run.Precision.Bytes)..]);
                    if (!(double.IsFinite(number) && number >= least))
                        return FormattableString.Invariant($"its {prefix}{table.NameOf(count)} is {number}");
                    numbers[count++] = number;
                }
            }
            return ImmutableCollectionsMarshal.AsImmutableArray(numbers);
        }
    }

    // A problem unless a file has exactly the tensors of a checkpoint, of the same types.
    private static Either<string, Unit> CheckNames(
        ImmutableSortedDictionary<string, StoredTensor> tensors, ImmutableArray<(string Name, TensorType Type)> expected)
    {
        foreach (var (name, type) in expected)
        {
            if (tensors.GetValueOrDefault(name) is not { } found) return $"it has no tensor {name.Quote()}";
            if (found.Type != type) return $"its {name.Quote()} is {$"{found.Type}".Quote()}, and its sizes make it {$"{type}".Quote()}";
        }
        return tensors.Keys.Except(expected.Select(tensor => tensor.Name)).FirstOrDefault() is { } other
            ? $"its tensor {other.Quote()} belongs to no checkpoint of its sizes"
            : unit;
    }

    // A problem unless the metadata of a file are among those of its checkpoint. Metadata of no meaning here would be lost when the run is
    // saved again, and so would another way to write a number.
    private static Either<string, Unit> CheckMetadata(ImmutableSortedDictionary<string, string> metadata, Checkpoint checkpoint)
    {
        var expected = Metadata.Write(checkpoint).ToImmutableDictionary(entry => entry.Name, entry => entry.Text);
        foreach (var (name, text) in metadata.RemoveRange([CheckpointHash.VersionName, CheckpointHash.HashName]))
        {
            if (expected.GetValueOrDefault(name) is not { } written) return $"its header holds {name.Quote()}, which has no meaning here";
            if (written != text) return $"its {name} is {text.Quote()}, which this program writes as {written.Quote()}";
        }
        return unit;
    }

    private static byte[] WriteHeader(Checkpoint checkpoint, string hash)
    {
        var run = checkpoint.RunConfiguration;
        return SafetensorsFile.WriteHeader(
            [(CheckpointHash.VersionName, CheckpointHash.Current), (CheckpointHash.HashName, hash), .. Metadata.Write(checkpoint)],
            TensorsOf(checkpoint.Configuration.Table, run.Precision, run.Optimizer));
    }

    // The names and types of all tensors, in the order in which they are written: the parameters, then each slot.
    private static ImmutableArray<(string Name, TensorType Type)> TensorsOf(
        ParameterTable table, Precision precision, Optimizer optimizer) =>
    [
        .. from prefix in optimizer.Slots.Select(slot => Prefix(optimizer, slot)).Prepend("")
           from matrix in table.Definitions
           select (prefix + matrix.Name, new TensorType(precision.DType, [matrix.Rows, matrix.Columns])),
    ];

    private static string Prefix(Optimizer optimizer, SlotDefinition slot) => $"{optimizer.Name}.{slot.Name}.";

    private static long CountBytes(int parameters, Precision precision, Optimizer optimizer) =>
        (1 + optimizer.Slots.Length) * (long)parameters * precision.Bytes;
}
