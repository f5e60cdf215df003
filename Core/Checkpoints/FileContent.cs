using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using MicroGpt.Text;

namespace MicroGpt.Checkpoints;

/// <summary>The formats that <see cref="FileContent"/> distinguishes.</summary>
public enum FileFormat
{
    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>A checkpoint of a version of the format that this program reads.</summary>
    Checkpoint,

    /// <summary>A checkpoint of another version of the format.</summary>
    OtherVersion,

    /// <summary>A safetensors file without the metadata of a checkpoint.</summary>
    Safetensors,

    /// <summary>The text that Git LFS leaves in the place of a large file.</summary>
    LfsPointer,

    /// <summary>A zip archive.</summary>
    Zip,

    /// <summary>Data compressed by gzip.</summary>
    Gzip,

    /// <summary>Text in UTF-16.</summary>
    Utf16,

    /// <summary>An HTML page.</summary>
    Html,

    /// <summary>An SVG picture.</summary>
    Svg,

    /// <summary>An ONNX graph that this program exported.</summary>
    Onnx,

    /// <summary>The log of a training run.</summary>
    Log,

    /// <summary>Other text in UTF-8.</summary>
    Text,

    /// <summary>Bytes of no known format.</summary>
    Unknown,
}

/// <summary>The content of a file, recognized by its first bytes.</summary>
/// <param name="Format">The format.</param>
/// <param name="Description">The format as a noun with its article, to follow "it is".</param>
/// <param name="Remedy">The way to get a file that can be read, as a command to the user, if the format suggests one.</param>
public sealed record FileContent(FileFormat Format, string Description, string? Remedy = null)
{
    /// <summary>The largest number of bytes that are examined.</summary>
    public const int MostExamined = 1 << 20;

    private const int MostOfText = 1 << 12; // bytes that are examined for text
    private const int FirstEntry = 1 << 8; // bytes of a zip archive that name the first entry
    private const string Step = "step", NEmbd = "n_embd"; // the metadata by which a checkpoint is recognized

    // Formats with fixed first bytes.
    private static readonly ImmutableArray<(ImmutableArray<byte> Start, FileContent Content)> Signatures =
    [
        ([.. "version https://git-lfs.github.com/spec/"u8], new(
            FileFormat.LfsPointer, "a Git LFS pointer, not the file that it stands for", "fetch the file itself with git lfs pull")),
        ([.. "PK\u0003\u0004"u8], new(FileFormat.Zip, "a zip archive", "unpack it first")),
        ([0x1F, 0x8B], new(FileFormat.Gzip, "compressed by gzip", "unpack it first with gunzip")),
        ([.. "\u0008\u0008\u0012\u0008microgpt"u8], new(FileFormat.Onnx, "an ONNX graph that export wrote")),
        ([0xFF, 0xFE], Utf16),
        ([0xFE, 0xFF], Utf16),
    ];

    // Formats of text, by their first characters in any case.
    private static readonly ImmutableArray<(string Start, FileContent Content)> Texts =
    [
        ("<!doctype html", new(FileFormat.Html, "an HTML page")),
        ("<html", new(FileFormat.Html, "an HTML page")),
        ("<svg", new(FileFormat.Svg, "an SVG picture")),
        ("step,loss,learning_rate", new(FileFormat.Log, "the log of a training run")),
    ];

    private static FileContent Utf16 => new(FileFormat.Utf16, "a text in UTF-16");

    private static FileContent Unknown => new(FileFormat.Unknown, "a file of no format that this program knows");

    /// <summary>The content of a file of <paramref name="length"/> bytes that starts with the bytes <paramref name="start"/>.</summary>
    public static FileContent Recognize(ReadOnlySpan<byte> start, long length)
    {
        if (start.IsEmpty) return new(FileFormat.Empty, "an empty file");
        start = start[..Math.Min(start.Length, MostExamined)];
        if (IsPyTorch(start)) return new(FileFormat.Zip, "an archive of PyTorch");
        foreach (var (signature, content) in Signatures)
            if (start.StartsWith(signature.AsSpan())) return content;
        return RecognizeSafetensors(start, length)
            ?? (IsBareUtf16(start) ? Utf16 : RecognizeText(start[..Math.Min(start.Length, MostOfText)]) ?? Unknown);
    }

    // PyTorch saves a zip archive, whose first entry has a fixed name in a folder of any name.
    private static bool IsPyTorch(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\u0003\u0004"u8) && start[..Math.Min(start.Length, FirstEntry)].IndexOf("/data.pkl"u8) > 0;

    // Text in UTF-16 without a byte order mark. Latin letters have a zero in every other byte.
    private static bool IsBareUtf16(ReadOnlySpan<byte> start) => start is [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..];

    // Null unless the bytes start a text in UTF-8 that has no control characters but white space.
    private static FileContent? RecognizeText(ReadOnlySpan<byte> start)
    {
        var buffer = new char[start.Length];
        var status = Utf8.ToUtf16(start, buffer, out _, out var length, replaceInvalidSequences: false, isFinalBlock: false);
        var text = new string(buffer, 0, length);
        if (status == OperationStatus.InvalidData || text.Any(c => char.IsControl(c) && !char.IsWhiteSpace(c))) return null;
        var begin = text.TrimStart('\uFEFF').TrimStart();
        foreach (var (first, content) in Texts)
            if (begin.StartsWith(first, StringComparison.OrdinalIgnoreCase)) return content;
        var line = begin.Split('\n', '\r')[0].Strip();
        return new(FileFormat.Text, line == "" ? "a blank text file" : $"a text file that begins with {line.Quote()}");
    }

    private static FileContent? RecognizeSafetensors(ReadOnlySpan<byte> start, long length)
    {
        if (start.Length <= SafetensorsFile.LengthBytes || start[SafetensorsFile.LengthBytes] != (byte)'{') return null;
        var claimed = BinaryPrimitives.ReadUInt64LittleEndian(start);
        var rest = start[SafetensorsFile.LengthBytes..];
        var json = rest[..(int)Math.Min((ulong)rest.Length, claimed)];
        var header = ReadMetadata(json);
        // A checkpoint is recognized by its first bytes even if the rest of its header is damaged.
        if (CheckpointHash.IsOpening(rest)) return Checkpoint(header?.Entries);
        if (claimed > SafetensorsFile.LongestHeader || header is not var (metadata, isWhole)) return null;
        if (metadata.TryGetValue(CheckpointHash.VersionName, out var version) && metadata.ContainsKey(NEmbd))
            return version is CheckpointHash.First or CheckpointHash.Current ? Checkpoint(metadata) : OtherVersion(version);
        return new(FileFormat.Safetensors, !isWhole && json.Length + SafetensorsFile.LengthBytes == length
            ? "a safetensors file that ends within its header"
            : "a safetensors file of another program, without the metadata of a checkpoint");
    }

    private static FileContent Checkpoint(ImmutableDictionary<string, string>? metadata) =>
        new(FileFormat.Checkpoint, $"a checkpoint{CountSteps(metadata?.GetValueOrDefault(Step))}");

    private static FileContent OtherVersion(string version) => new(
        FileFormat.OtherVersion,
        $"a checkpoint of version {Show(version)}, and this program reads versions {CheckpointHash.First} and {CheckpointHash.Current}",
        IsNewer(version) ? "read it with a newer version of this program" : "read it with the program that wrote it");

    private static bool IsNewer(string version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > ulong.Parse(CheckpointHash.Current, CultureInfo.InvariantCulture);

    private static string CountSteps(string? step) => step == null ? "" : step == "1" ? " of 1 step" : $" of {Show(step)} steps";

    private static string Show(string number) =>
        number is { Length: > 0 and < 20 } && number.All(char.IsAsciiDigit) ? number : number.Quote();

    // The metadata in the first bytes of a header, and whether they end there. Null if the bytes do not start a header.
    private static (ImmutableDictionary<string, string> Entries, bool AreWhole)? ReadMetadata(ReadOnlySpan<byte> json)
    {
        var (entries, name, within) = (ImmutableDictionary<string, string>.Empty, "", false);
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            while (reader.Read())
            {
                switch (reader.TokenType, reader.CurrentDepth)
                {
                    case (JsonTokenType.PropertyName, 1): within = reader.ValueTextEquals("__metadata__"u8); break;
                    case (JsonTokenType.PropertyName, 2) when within: name = reader.GetString()!; break;
                    case (JsonTokenType.String, 2) when within: entries = entries.SetItem(name, reader.GetString()!); break;
                    case (JsonTokenType.EndObject, 1) when within: return (entries, true);
                    case (JsonTokenType.EndObject, 0): return (entries, true);
                }
            }
            return (entries, false);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException reports a string of invalid Unicode.
        }
    }
}
