using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace MicroGpt.Export;

/// <summary>
/// The wire format of Protocol Buffers. A message is the concatenation of its fields. A field is a key, number·8 + wire type, and a value:
/// a varint (wire type 0), or a length and as many bytes (wire type 2).
/// </summary>
internal static class Protobuf
{
    private const int VarintType = 0, BytesType = 2;

    /// <summary>The message that consists of these fields, in order.</summary>
    public static byte[] Message(params IEnumerable<byte[]> fields)
    {
        var all = fields.ToArray();
        var message = new byte[all.Sum(field => field.Length)];
        var at = 0;
        foreach (var field in all)
        {
            field.CopyTo(message, at);
            at += field.Length;
        }
        return message;
    }

    /// <summary>A field that is a whole number.</summary>
    public static byte[] Whole(int number, long value) => [.. Varint(Key(number, VarintType)), .. Varint((ulong)value)];

    /// <summary>A field that is a text, in UTF-8.</summary>
    public static byte[] Text(int number, string text) => Bytes(number, Encoding.UTF8.GetBytes(text));

    /// <summary>A field that is a message, or other bytes.</summary>
    public static byte[] Bytes(int number, ReadOnlySpan<byte> bytes) =>
        [.. Varint(Key(number, BytesType)), .. Varint((ulong)bytes.Length), .. bytes];

    /// <summary>The bytes of numbers, each little-endian.</summary>
    public static ImmutableArray<byte> LittleEndian<T>(IEnumerable<T> numbers, int size, Action<Memory<byte>, T> write)
    {
        var all = numbers.ToArray();
        var bytes = new byte[all.Length * size];
        for (var i = 0; i < all.Length; i++) write(bytes.AsMemory(i * size, size), all[i]);
        return ImmutableCollectionsMarshal.AsImmutableArray(bytes);
    }

    private static ulong Key(int number, int wireType) => (ulong)(number << 3 | wireType);

    // Seven bits in each byte, the least significant first. The highest bit says that more bytes follow.
    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
