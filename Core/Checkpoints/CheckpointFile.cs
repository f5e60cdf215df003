using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Checkpoints;

/// <summary>
/// A checkpoint as a safetensors file: a <see cref="Header"/>, then the parameters and the slots of the optimizer in the precision of the
/// run, matrix after matrix, row by row. The header holds the SHA-256 of the file, computed with <see cref="Header.NoHash"/> in its place.
/// </summary>
public static class CheckpointFile
{
    private const long MostBytes = 2_000_000_000; // This is just below the length of the largest byte array.

    private static int Parts(Optimizer optimizer) => 1 + optimizer.Slots.Length;

    private static int HashStart => Header.LengthBytes + Header.Opening.Length;

    private static int HashEnd => HashStart + Header.NoHash.Length;

    /// <summary>The configuration, or a problem if a checkpoint of this model would be too large.</summary>
    public static Validation<Problem, Configuration> Fits(Configuration configuration, Precision precision, Optimizer optimizer) =>
        Parts(optimizer) * (long)configuration.ParameterCount * precision.Bytes <= MostBytes
            ? configuration
            : new Problem(FormattableString.Invariant(
                $"A checkpoint of {configuration.ParameterCount:N0} parameters would be larger than {MostBytes:N0} bytes; ")
                + "choose a smaller n_embd or n_layer.");

    /// <summary>The bytes of a checkpoint's file.</summary>
    public static ImmutableArray<byte> Write(Checkpoint checkpoint)
    {
        var (header, precision) = (Header.Write(checkpoint), checkpoint.RunConfiguration.Precision);
        var numbers = Parts(checkpoint.RunConfiguration.Optimizer) * (long)checkpoint.Configuration.ParameterCount;
        var file = new byte[header.Length + numbers * precision.Bytes];
        header.CopyTo(file, 0);
        var at = header.Length;
        foreach (var part in (ParameterValues[])[checkpoint.State.Parameters, .. checkpoint.State.Slots])
            foreach (var number in part.Values)
            {
                precision.Write(file.AsSpan(at), number);
                at += precision.Bytes;
            }
        Hash(file).CopyTo(file, HashStart);
        return ImmutableCollectionsMarshal.AsImmutableArray(file);
    }

    /// <summary>
    /// The checkpoint in a file's bytes, or a problem that names the file <paramref name="source"/>. Memory is allocated for bytes that
    /// exist, never for sizes that the file claims. A file is accepted only if <see cref="Write"/> would write the same bytes.
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
        from length in HeaderLength(file.Span)
        from metadata in Header.Read(file[Header.LengthBytes..length])
        from tokenizer in metadata.Tokenizer
        from configuration in metadata.Configuration(tokenizer.VocabSize)
        from run in metadata.RunConfiguration
        from step in metadata.Step(run.Schedule)
        from random in metadata.Random
        from data in metadata.DataSha256
        from state in State(configuration, run, step, file[length..])
        let checkpoint = new Checkpoint(state, random, tokenizer, run, data)
        from _ in guard(IsHeaderOf(checkpoint, file.Span[..length]), "its header does not fit its own metadata")
        select checkpoint;

    // The length of the header, including its length field. The length is read only after the hash is checked, because a changed file
    // may claim any length.
    private static Either<string, int> HeaderLength(ReadOnlySpan<byte> file)
    {
        if (file.Length < HashEnd) return "it ends within its header";
        if (!file[HashStart..HashEnd].SequenceEqual(Hash(file)))
            return "it is not as it was written, for its SHA-256 is another";
        var json = BinaryPrimitives.ReadUInt64LittleEndian(file);
        return json <= (ulong)(file.Length - Header.LengthBytes)
            ? Header.LengthBytes + (int)json
            : $"its header claims {json} bytes, more than there are";
    }

    private static Either<string, TrainingState> State(
        Configuration configuration, RunConfiguration run, int step, ReadOnlyMemory<byte> numbers)
    {
        var (part, parts) = (configuration.ParameterCount * (long)run.Precision.Bytes, Parts(run.Optimizer));
        if (numbers.Length != parts * part)
            return $"its sizes need {parts * part} bytes of numbers, and it holds {numbers.Length}";

        Either<string, ImmutableArray<double>> Part(int i, double least) => Numbers(
            configuration, run.Precision, numbers.Span.Slice(i * (int)part, (int)part), Header.Prefixes(run.Optimizer)[i], least);

        return
            from parameters in Part(0, double.MinValue)
            from slots in run.Optimizer.Slots
                .Select((slot, k) => Part(1 + k, slot.Least).Map(values => new Slot(slot.Name, configuration, values))).Sequence()
            select new TrainingState(new(configuration, parameters), [.. slots], step);
    }

    private static Either<string, ImmutableArray<double>> Numbers(
        Configuration configuration, Precision precision, ReadOnlySpan<byte> bytes, string part, double least)
    {
        var numbers = new double[configuration.ParameterCount];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = precision.Read(bytes[(i * precision.Bytes)..]);
            if (!(double.IsFinite(numbers[i]) && numbers[i] >= least))
                return FormattableString.Invariant($"its {part}{configuration.NameOf(i)} is {numbers[i]}");
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(numbers);
    }

    // A checkpoint has exactly one header. A comparison with this header rejects every false claim about the tensors.
    private static bool IsHeaderOf(Checkpoint checkpoint, ReadOnlySpan<byte> header)
    {
        var expected = Header.Write(checkpoint).AsSpan();
        return header[..HashStart].SequenceEqual(expected[..HashStart]) && header[HashEnd..].SequenceEqual(expected[HashEnd..]);
    }

    // The SHA-256, in hexadecimal digits, of the file with zeros for all digits in the hash field.
    private static byte[] Hash(ReadOnlySpan<byte> file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(file[..HashStart]);
        hash.AppendData(Header.NoHash);
        hash.AppendData(file[HashEnd..]);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
