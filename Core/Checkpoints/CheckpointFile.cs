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
/// A checkpoint as a safetensors file: a <see cref="Header"/>, then the parameters and Adam's two moments in the precision of the run,
/// matrix after matrix, row by row. The header holds the SHA-256 of the file, computed with <see cref="Header.NoHash"/> in its place.
/// </summary>
public static class CheckpointFile
{
    private const int Parts = 3;
    private const long MostBytes = 2_000_000_000; // This is just below the length of the largest byte array.

    private static int HashStart => Header.LengthBytes + Header.Opening.Length;

    private static int HashEnd => HashStart + Header.NoHash.Length;

    /// <summary>The configuration, or a problem if a checkpoint of this model would be too large.</summary>
    public static Validation<Problem, Configuration> Fits(Configuration configuration, Precision precision) =>
        Parts * (long)configuration.ParameterCount * precision.Bytes <= MostBytes
            ? configuration
            : new Problem(FormattableString.Invariant(
                $"A checkpoint of {configuration.ParameterCount:N0} parameters would be larger than {MostBytes:N0} bytes; ")
                + "choose a smaller n_embd or n_layer.");

    /// <summary>The bytes of a checkpoint's file.</summary>
    public static ImmutableArray<byte> Write(Checkpoint checkpoint)
    {
        var (header, precision) = (Header.Write(checkpoint), checkpoint.RunConfiguration.Precision);
        var file = new byte[header.Length + Parts * (long)checkpoint.Configuration.ParameterCount * precision.Bytes];
        header.CopyTo(file, 0);
        var at = header.Length;
        foreach (var part in (Parameters[])[checkpoint.State.Parameters, checkpoint.State.FirstMoment, checkpoint.State.SecondMoment])
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
        from state in State(configuration, run.Precision, step, file[length..])
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
        Configuration configuration, Precision precision, int step, ReadOnlyMemory<byte> numbers)
    {
        var part = configuration.ParameterCount * (long)precision.Bytes;
        if (numbers.Length != Parts * part)
            return $"its sizes need {Parts * part} bytes of numbers, and it holds {numbers.Length}";

        Either<string, Parameters> Part(int i, string name, double least) =>
            Numbers(configuration, precision, numbers.Span.Slice(i * (int)part, (int)part), name, least);

        return
            from parameters in Part(0, "", double.MinValue)
            from first in Part(1, "adam.m.", double.MinValue)
            from second in Part(2, "adam.v.", 0) // A mean of squares is at least 0.
            select new TrainingState(parameters, first, second, step);
    }

    private static Either<string, Parameters> Numbers(
        Configuration configuration, Precision precision, ReadOnlySpan<byte> bytes, string part, double least)
    {
        var numbers = new double[configuration.ParameterCount];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = precision.Read(bytes[(i * precision.Bytes)..]);
            if (!(double.IsFinite(numbers[i]) && numbers[i] >= least))
                return FormattableString.Invariant($"its {part}{configuration.NameOf(i)} is {numbers[i]}");
        }
        return new Parameters(configuration, ImmutableCollectionsMarshal.AsImmutableArray(numbers));
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
