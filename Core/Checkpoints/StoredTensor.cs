using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Checkpoints;

/// <summary>The format of a tensor's numbers by its name in safetensors, such as F32, and the tensor's size along each axis.</summary>
public sealed record TensorType(string DType, ImmutableArray<long> Shape)
{
    // The formats of safetensors, with the size of a number in bits.
    private static readonly ImmutableDictionary<string, int> Bits = new (int Size, string[] DTypes)[]
    {
        (4, ["F4"]), (6, ["F6_E2M3", "F6_E3M2"]), (8, ["BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"]),
        (16, ["U16", "I16", "F16", "BF16"]), (32, ["U32", "I32", "F32"]), (64, ["U64", "I64", "F64", "C64"]),
    }.SelectMany(row => row.DTypes.Select(dtype => (dtype, row.Size))).ToImmutableDictionary(row => row.dtype, row => row.Size);

    /// <summary>The size of the tensor in bytes. Null if the format is unknown, or the size is no whole number, or above 64 bits.</summary>
    public long? ByteCount =>
        Bits.TryGetValue(DType, out var bits) && Shape.Aggregate((long?)bits, Multiply) is { } size && size % 8 == 0 ? size / 8 : null;

    public bool Equals(TensorType? other) => other is not null && DType == other.DType && Shape.ContentEquals(other.Shape);

    public override int GetHashCode() => HashCode.Combine(DType, Shape.Length);

    public override string ToString() => $"{DType} [{string.Join(", ", Shape)}]";

    private static long? Multiply(long? product, long size) =>
        product is { } x && (size == 0 || x <= long.MaxValue / size) ? x * size : null;
}

/// <summary>A tensor of a file: its type, and its numbers row by row, little-endian.</summary>
public sealed record StoredTensor(TensorType Type, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The formats whose numbers can be read, as words.</summary>
    public const string Readable = "F64, F32, F16 or BF16";

    /// <summary>The numbers, row by row. None if the format is not one of <see cref="Readable"/>.</summary>
    public Option<ImmutableArray<double>> Numbers => Type.DType switch
    {
        "F64" => Read(sizeof(double), BinaryPrimitives.ReadDoubleLittleEndian),
        "F32" => Read(sizeof(float), bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        "F16" => Read(sizeof(ushort), bytes => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        // The upper half of a number of 32 bits.
        "BF16" => Read(sizeof(ushort), bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        _ => None,
    };

    private ImmutableArray<double> Read(int size, Func<ReadOnlySpan<byte>, double> read)
    {
        var numbers = new double[Bytes.Length / size];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = read(Bytes.Span[(i * size)..]);
        return ImmutableCollectionsMarshal.AsImmutableArray(numbers);
    }

    public bool Equals(StoredTensor? other) => other is not null && Type == other.Type && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode() => HashCode.Combine(Type, Bytes.Length);

    public override string ToString() => $"{Type}";
}
