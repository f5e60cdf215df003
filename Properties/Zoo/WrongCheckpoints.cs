using System.Buffers.Binary;
using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Mutants of checkpoints: the state read is not the state saved, or a damaged file is accepted.</summary>
public static class WrongCheckpoints
{
    private const int MostClaimed = 100_000_000; // bytes; more could exhaust the memory of the machine

    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The other end",
            "Numbers are written with the least significant byte first, and read with the most significant byte first.",
            "and should be exactly",
            ComesBack(Numbers(BigEndian))),
        new("The short memory",
            "Numbers are kept in single precision, whatever the run computed with.",
            "and should be exactly",
            ComesBack(Numbers(x => (float)x)),
            GoesOn(Numbers(x => (float)x))),
        new("The sign of nothing",
            "Minus zero is read as zero, as if there were one zero only.",
            "is 0 and should be exactly -0",
            ComesBack(Numbers(x => x + 0.0))),
        new("The smallest that count for nothing",
            "Numbers too small to be normal are flushed to zero.",
            "is 0 and should be exactly",
            ComesBack(Numbers(x => double.IsSubnormal(x) ? 0 : x))),
        new("The column reader",
            "Matrices are read column by column, and were written row by row.",
            "and should be exactly",
            ComesBack(States(state => state with { Parameters = Transposed(state.Parameters) }))),
        new("The swapped moments",
            "Adam's mean of squares is taken for its mean, and the other way around.",
            "and should be exactly",
            ComesBack(States(state => state.Slots is not [var m, var v] ? state
                : state with { Slots = [v with { Name = m.Name }, m with { Name = v.Name }] }))),
        new("The forgotten hyperparameters",
            "The optimizer is read by its name, and its hyperparameters, the clip among them, are the defaults.",
            "comes back as (",
            ComesBack(Changed(WithDefaults)),
            GoesOn(Changed(WithDefaults))),
        new("The second youth",
            "The parameters go on, and the slots of the optimizer start anew.",
            "the run ends with another checkpoint",
            GoesOn(States(state => state with { Slots = [.. state.Slots.Select(Anew)] }))),
        new("The repeated step",
            "The step read is one too small: the last step is made twice.",
            "the run ends with another checkpoint",
            GoesOn(States(state => state with { Step = Math.Max(0, state.Step - 1) }))),
        new("The forgotten spare",
            "Of two normal numbers that the generator draws at a time, the second is forgotten.",
            "the generator comes back as another",
            ComesBack(Changed(checkpoint => checkpoint with { Random = checkpoint.Random with { Spare = null } }))),
        new("The broken seal",
            "The hash is written and never compared: a bit that flipped on the disk is learned from.",
            "it is read, and its hash is wrong",
            IsRefusedOrWhole((file, source) => CheckpointFile.Read(Tampered.Sealed(file.ToArray()), source)),
            Kill.Of(nameof(CheckpointLaws.RefusesOtherContent), Altered.Any, file => CheckpointLaws.RefusesOtherContent(
                file, (bytes, source) => CheckpointFile.Read(Tampered.Sealed(bytes.ToArray()), source)))),
        new("The jealous reader",
            "A file is read only with the bytes that this program would write, so that no other program can write it again.",
            "another layout",
            IgnoresLayout((file, source) => CheckpointFile.Read(file, source).Bind<Checkpoint>(checkpoint =>
                CheckpointFile.Write(checkpoint).AsSpan().SequenceEqual(file.Span) ? checkpoint : new Problem("It has another layout.")))),
        new("The roll call",
            "Tensors are told by their place in the file, and their names are not read.",
            "cannot be used as a checkpoint",
            IgnoresLayout((file, source) => CheckpointFile.Read(InPlaceOfNames(file), source))),
        new("The believer",
            "Memory is allocated for as many bytes as the file claims, before any of them is read.",
            "bytes of memory",
            IsRefusedOrWhole(Believing)),
        new("The talker",
            "The message of the JSON parser is passed on to a user who never wrote any JSON.",
            "is not one clear sentence",
            IsRefusedOrWhole((file, source) => CheckpointFile.Read(file, source).MapLeft(problem =>
                new Problem($"{problem.Sentence} System.Text.Json.JsonReaderException: LineNumber: 0 | BytePositionInLine: 17.")))),
    ];

    private static Kill ComesBack(Reader read) =>
        Kill.Of(nameof(CheckpointLaws.ComesBack), Saved.Any, saved => CheckpointLaws.ComesBack(saved.Checkpoint, read));

    private static Kill GoesOn(Reader read) =>
        Kill.Of(nameof(CheckpointLaws.GoesOn), InterruptedRun.Any, run => CheckpointLaws.GoesOn(run, read));

    private static Kill IgnoresLayout(Reader read) =>
        Kill.Of(nameof(CheckpointLaws.IgnoresLayout), Rewritten.Any, file => CheckpointLaws.IgnoresLayout(file, read));

    private static Kill IsRefusedOrWhole(Reader read) =>
        Kill.Of(nameof(CheckpointLaws.IsRefusedOrWhole), Tampered.Any, file => CheckpointLaws.IsRefusedOrWhole(file.Bytes, read));

    private static Reader Changed(Func<Checkpoint, Checkpoint> change) =>
        (file, source) => CheckpointFile.Read(file, source).Map(change);

    private static Reader States(Func<TrainingState, TrainingState> change) =>
        Changed(checkpoint => checkpoint with { State = change(checkpoint.State) });

    // Plain gradient descent has no slot, so an optimizer whose hyperparameters add a slot stays as it is.
    private static Checkpoint WithDefaults(Checkpoint read)
    {
        var optimizer = read.RunConfiguration.Optimizer;
        var defaults = Optimizers.All.First(each => each.Name == optimizer.Name);
        return defaults.Slots.Length != optimizer.Slots.Length ? read
            : read with { RunConfiguration = read.RunConfiguration with { Optimizer = defaults } };
    }

    private static Slot Anew(Slot slot) => slot with { Values = [.. slot.Values.Select(_ => 0.0)] };

    private static Reader Numbers(Func<double, double> change)
    {
        return States(state => state with { Parameters = Each(state.Parameters), Slots = [.. state.Slots.Select(Each)] });

        T Each<T>(T right) where T : ParameterValues => (T)(right with { Values = [.. right.Values.Select(change)] });
    }

    private static double BigEndian(double x) =>
        BitConverter.Int64BitsToDouble(BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToInt64Bits(x)));

    private static Parameters Transposed(Parameters right) => new(right.Table, Parameters.Entries(
        from matrix in right.Matrices(x => x)
        select Matrix<double>.Of(matrix.Rows, matrix.Columns, (i, j) => matrix.Entries[j * matrix.Rows + i]),
        x => x));

    // The file with the names in the order of the bytes, among the tensors of each shape.
    private static ReadOnlyMemory<byte> InPlaceOfNames(ReadOnlyMemory<byte> bytes)
    {
        var file = ForeignFile.Parse(bytes.Span);
        var names = file.Tensors.GroupBy(Key).ToDictionary(
            group => group.Key, group => new Queue<string>(group.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)));
        return Tampered.Sealed((file with
        {
            Tensors = [.. file.Tensors.Select(tensor => tensor with { Name = names[Key(tensor)].Dequeue() })],
        }).WriteAsHuggingFace());

        static string Key(ForeignTensor tensor) => string.Join(" ", tensor.Shape);
    }

    private static Either<Problem, Checkpoint> Believing(ReadOnlyMemory<byte> file, string source)
    {
        var claimed = file.Length < SafetensorsFile.LengthBytes ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        var buffer = new byte[Math.Min(claimed, MostClaimed)];
        file.Span[..Math.Min(file.Length, buffer.Length)].CopyTo(buffer);
        return CheckpointFile.Read(file, source);
    }
}
