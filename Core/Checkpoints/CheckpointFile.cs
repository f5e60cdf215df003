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
/// A checkpoint as a safetensors file: its <see cref="Header"/>; then the parameters, and Adam's two moments, each matrix after matrix,
/// row by row, in the precision of the run. The header holds the SHA-256 of all the rest.
/// </summary>
public static class CheckpointFile
{
    private const int Parts = 3;
    private const long MostBytes = 2_000_000_000; // an array holds few more

    private static int HashStart => Header.LengthBytes + Header.Opening.Length;

    private static int HashEnd => HashStart + Header.NoHash.Length;

    /// <summary>Whether a model is small enough for a checkpoint.</summary>
    public static Validation<Problem, Configuration> Fits(Configuration configuration, Precision precision) =>
        Parts * (long)configuration.ParameterCount * precision.Bytes <= MostBytes
            ? configuration
            : new Problem(FormattableString.Invariant(
                $"A checkpoint of {configuration.ParameterCount:N0} parameters would be larger than {MostBytes:N0} bytes; choose a smaller n_embd or n_layer."));

    /// <summary>The bytes of a checkpoint.</summary>
    public static ImmutableArray<byte> Write(Checkpoint checkpoint)
    {
        var (header, precision) = (Header.Of(checkpoint), checkpoint.Plan.Precision);
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
    /// The checkpoint of a file's bytes; a problem names the file by its source. Memory is taken for what is there, never for what the
    /// file claims, and whatever is read, <see cref="Write"/> would write it so, to the last byte.
    /// </summary>
    public static Either<Problem, Checkpoint> Read(ReadOnlyMemory<byte> file, string source) =>
        Read(file).MapLeft(refusal => new Problem($"{source} cannot be used as a checkpoint: {refusal.Reason}; name a file that --save wrote."));

    private static Either<Refusal, Checkpoint> Read(ReadOnlyMemory<byte> file) =>
        from length in HeaderLength(file.Span)
        from metadata in Header.Read(file[Header.LengthBytes..length])
        from tokenizer in metadata.Tokenizer
        from configuration in metadata.Configuration(tokenizer.VocabSize)
        from plan in metadata.Plan
        from step in metadata.Step(plan.Schedule)
        from random in metadata.Random
        from data in metadata.DataSha256
        from state in State(configuration, plan.Precision, step, file[length..])
        let checkpoint = new Checkpoint(state, random, tokenizer, plan, data)
        from _ in IsHeaderOf(checkpoint, file.Span[..length])
        select checkpoint;

    // The length of the header, its own 8 bytes included, if the file is what was written: its hash tells.
    private static Either<Refusal, int> HeaderLength(ReadOnlySpan<byte> file)
    {
        if (file.Length < HashEnd || !file[Header.LengthBytes..].StartsWith(Header.Opening))
            return new Refusal("it does not begin as checkpoints do");
        if (!file[HashStart..HashEnd].SequenceEqual(Hash(file)))
            return new Refusal("it is not as it was written, for its SHA-256 is another");
        var json = BinaryPrimitives.ReadUInt64LittleEndian(file);
        return json <= (ulong)(file.Length - Header.LengthBytes)
            ? Header.LengthBytes + (int)json
            : new Refusal($"its header claims {json} bytes, more than there are");
    }

    private static Either<Refusal, TrainingState> State(Configuration configuration, Precision precision, int step, ReadOnlyMemory<byte> numbers)
    {
        var part = configuration.ParameterCount * (long)precision.Bytes;
        if (numbers.Length != Parts * part)
            return new Refusal($"its sizes ask for {Parts * part} bytes of numbers, and it holds {numbers.Length}");

        Either<Refusal, Parameters> Part(int i, string name, double least) =>
            Numbers(configuration, precision, numbers.Span.Slice(i * (int)part, (int)part), name, least);

        return
            from parameters in Part(0, "", double.MinValue)
            from first in Part(1, "adam.m.", double.MinValue)
            from second in Part(2, "adam.v.", 0) // a mean of squares
            select new TrainingState(parameters, first, second, step);
    }

    private static Either<Refusal, Parameters> Numbers(
        Configuration configuration, Precision precision, ReadOnlySpan<byte> bytes, string part, double least)
    {
        var numbers = new double[configuration.ParameterCount];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = precision.Read(bytes[(i * precision.Bytes)..]);
            if (!(double.IsFinite(numbers[i]) && numbers[i] >= least))
                return new Refusal(FormattableString.Invariant($"its {part}{configuration.NameOf(i)} is {numbers[i]}"));
        }
        return new Parameters(configuration, ImmutableCollectionsMarshal.AsImmutableArray(numbers));
    }

    // One header only will do: whatever a hostile one tells of its tensors, it does not get past this.
    private static Either<Refusal, Unit> IsHeaderOf(Checkpoint checkpoint, ReadOnlySpan<byte> header)
    {
        var expected = Header.Of(checkpoint).AsSpan();
        return header[..HashStart].SequenceEqual(expected[..HashStart]) && header[HashEnd..].SequenceEqual(expected[HashEnd..])
            ? unit
            : new Refusal($"its header does not fit its own metadata");
    }

    // 64 digits for all the bytes but those that hold them.
    private static byte[] Hash(ReadOnlySpan<byte> file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(file[..HashStart]);
        hash.AppendData(Header.NoHash);
        hash.AppendData(file[HashEnd..]);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
