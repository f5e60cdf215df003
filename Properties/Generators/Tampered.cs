using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Checkpoints;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>
/// The file of a checkpoint, of either version, after one to three changes, in seven cases of eight with the hash that matches them.
/// </summary>
/// <param name="Bytes">The bytes of the changed file.</param>
/// <param name="Seed">The seed that the changes are drawn by.</param>
public sealed record Tampered(byte[] Bytes, int Seed)
{
    private const int LengthBytes = 8, HashDigits = 64;

    private static readonly ImmutableArray<byte[]> Originals =
    [
        .. from precision in Enum.GetValues<Precision>()
           let file = CheckpointFile.Write(Saved.Small(precision)).ToArray()
           from original in (byte[][])[file, OfVersion1(file)]
           select original,
    ];

    private static readonly ImmutableArray<Func<byte[], Random, byte[]>> Changes =
        [FlipBit, Overwrite, CutOff, Append, ClaimLength, Spoil, ReplaceValue, ReplaceValue, ReplaceValue, RepeatEntry, DropEntry, Insert];

    private static readonly ImmutableArray<ulong> Lengths =
        [0, 1, 8, 100, 1 << 20, int.MaxValue, 1L << 32, long.MaxValue, ulong.MaxValue - 7, ulong.MaxValue];

    private static readonly ImmutableArray<double> Spoilt =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, double.Epsilon, double.MaxValue, -0.0];

    private static readonly ImmutableArray<string> Values =
    [
        "0", "1", "-1", "2", "3", "16", "2147483647", "2147483648", "9223372036854775807", "18446744073709551616",
        "1e400", "1.5", "NaN", "Infinity",
        "\"\"", "\"0\"", "\"-1\"", "\"1\"", "\"2\"", "\"1000\"", "\"46340\"", "\"2147483647\"", "\"2147483648\"",
        "\"1e308\"", "\"1e-400\"", "\"NaN\"", "\"∞\"",
        "\"+1\"", "\"007\"", "\" 1\"", "\"٣\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"ba\"",
        "\"F16\"", "\"F64\"", "\"F32\"", "\"single\"", "\"double\"",
        "\"scalar\"", "null", "true", "{}", "[]", "[0]", "[0,0]", "[2,2]", "[3,2,1]", "[-1,5]",
        "[2147483647,2147483647]", "[4611686018427387904,8]",
        "[0,48]", "[48,0]", "[0,18446744073709551615]", "[9223372036854775800,9223372036854775807]", "[\"0\",\"48\"]",
        "{\"a\":{\"b\":{\"c\":{}}}}", "\"", "",
        $"\"{new string('9', 5000)}\"",
        $"\"{new string('0', 200_000)}\"", new string('[', 2000), string.Concat(Enumerable.Repeat("{\"a\":", 500)),
    ];

    /// <summary>Files with one to three changes.</summary>
    public static Arbitrary<Tampered> Any { get; } = Arb.From(from seed in Gen.Choose(0, int.MaxValue - 1) select Of(seed));

    public override string ToString() => $"tampered by {Seed}: {Encoding.Latin1.GetString(Bytes).Quote()}";

    private static Tampered Of(int seed)
    {
        var random = new Random(seed);
        var bytes = Originals[random.Next(Originals.Length)];
        for (var changes = 1 + random.Next(2) * random.Next(3); changes > 0; changes--)
            bytes = Changes[random.Next(Changes.Length)](bytes, random);
        return new(random.Next(8) == 0 ? bytes : Sealed(bytes), seed);
    }

    /// <summary>The file of version 1 with the content of a file that this program wrote.</summary>
    public static byte[] OfVersion1(byte[] file) => Sealed(WithHeader(file, header => Encoding.UTF8.GetBytes(
        Encoding.UTF8.GetString(header).Replace("\"format_version\":\"2\"", "\"format_version\":\"1\""))));

    /// <summary>A file with the hash that matches its content, if it has any and a place for the hash.</summary>
    public static byte[] Sealed(byte[] bytes)
    {
        var start = bytes.AsSpan().IndexOf(HashName) + HashName.Length;
        if (start < HashName.Length || start + HashDigits > bytes.Length) return bytes;
        byte[] sealedBytes = [.. bytes];
        if (bytes.AsSpan(LengthBytes).StartsWith(Version1))
        {
            sealedBytes.AsSpan(start, HashDigits).Fill((byte)'0');
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(sealedBytes))).CopyTo(sealedBytes, start);
        }
        else if (ContentHash(bytes) is { } hash)
            Encoding.ASCII.GetBytes(hash).CopyTo(sealedBytes, start);
        return sealedBytes;
    }

    private static ReadOnlySpan<byte> HashName => "\"sha256\":\""u8;

    private static ReadOnlySpan<byte> Version1 => "{\"__metadata__\":{\"format_version\":\"1\",\"sha256\":\""u8;

    // Null if the file has no sound structure.
    private static string? ContentHash(byte[] bytes)
    {
        try
        {
            return ForeignFile.Parse(bytes).ContentHash();
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>A file with a changed header, and the length of that header before it.</summary>
    public static byte[] WithHeader(byte[] bytes, Func<byte[], byte[]> change)
    {
        if (bytes.Length < LengthBytes) return bytes;
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), (ulong)(bytes.Length - LengthBytes));
        var header = change(bytes[LengthBytes..(LengthBytes + length)]);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. bytes[(LengthBytes + length)..]];
    }

    private static byte[] FlipBit(byte[] bytes, Random random) => Changed(bytes, random, b => (byte)(b ^ 1 << random.Next(8)));

    private static byte[] Overwrite(byte[] bytes, Random random) => Changed(bytes, random, _ => (byte)random.Next(256));

    private static byte[] CutOff(byte[] bytes, Random random) => bytes[..random.Next(bytes.Length + 1)];

    private static byte[] Append(byte[] bytes, Random random) => [.. bytes, .. new byte[random.Next(1, 100)]];

    private static byte[] ClaimLength(byte[] bytes, Random random) =>
        bytes.Length < LengthBytes
            ? bytes
            : [.. BitConverter.GetBytes(Lengths[random.Next(Lengths.Length)]), .. bytes[LengthBytes..]];

    // Overwrites a number near the end of the file, where the parameters are.
    private static byte[] Spoil(byte[] bytes, Random random)
    {
        var at = bytes.Length - sizeof(double) * random.Next(1, 200);
        var number = Spoilt[random.Next(Spoilt.Length)];
        byte[] stored = random.Next(2) == 0 ? BitConverter.GetBytes(number) : BitConverter.GetBytes((float)number);
        return at < 0 ? bytes : [.. bytes[..at], .. stored, .. bytes[(at + stored.Length)..]];
    }

    private static byte[] ReplaceValue(byte[] bytes, Random random) => WithHeader(bytes, header =>
    {
        var colons = Places(header, ":"u8[0]);
        if (colons.Length == 0) return header;
        var start = colons[random.Next(colons.Length)] + 1;
        var end = start;
        while (end < header.Length && !(header[end] is (byte)',' or (byte)'}' && header[start] != '[' || header[end] == ']')) end++;
        if (end < header.Length && header[end] == ']') end++;
        return [.. header[..start], .. Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]), .. header[end..]];
    });

    private static byte[] RepeatEntry(byte[] bytes, Random random) => WithHeader(bytes, header =>
        Entry(header, random) is var (start, end) ? [.. header[..end], .. header[start..]] : header);

    private static byte[] DropEntry(byte[] bytes, Random random) => WithHeader(bytes, header =>
        Entry(header, random) is var (start, end) ? [.. header[..start], .. header[end..]] : header);

    private static byte[] Insert(byte[] bytes, Random random) => WithHeader(bytes, header =>
    {
        var at = random.Next(header.Length + 1);
        byte[] inserted = random.Next(3) switch { 0 => [0xFF], 1 => [0xC0, 0x80], _ => [(byte)random.Next(256)] };
        return [.. header[..at], .. inserted, .. header[at..]];
    });

    private static (int Start, int End)? Entry(byte[] header, Random random)
    {
        var commas = Places(header, ","u8[0]);
        if (commas.Length < 2) return null;
        var i = random.Next(commas.Length - 1);
        return (commas[i], commas[Math.Min(commas.Length - 1, i + 1 + random.Next(5))]);
    }

    private static int[] Places(byte[] header, byte character) =>
        [.. Enumerable.Range(0, header.Length).Where(i => header[i] == character)];

    private static byte[] Changed(byte[] bytes, Random random, Func<byte, byte> change)
    {
        if (bytes.Length == 0) return bytes;
        byte[] changed = [.. bytes];
        var at = random.Next(changed.Length);
        changed[at] = change(changed[at]);
        return changed;
    }
}
