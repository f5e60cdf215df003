using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using LanguageExt;
using MicroGpt.Training;

namespace MicroGpt.Checkpoints;

/// <summary>
/// The header of a checkpoint file in the safetensors format: a little-endian 64-bit length, then a JSON object of that length. The
/// object holds the metadata and each tensor's type, shape and offsets. Equal checkpoints have equal headers, byte for byte.
/// </summary>
public static class Header
{
    /// <summary>The size of the length field, in bytes.</summary>
    public const int LengthBytes = 8;

    private const int Alignment = 8;

    /// <summary>The version of the format.</summary>
    public const string Version = "1";

    /// <summary>The first bytes of the JSON object. The file's hash follows at a fixed offset.</summary>
    public static ReadOnlySpan<byte> Opening => "{\"__metadata__\":{\"format_version\":\"1\",\"sha256\":\""u8;

    /// <summary>The placeholder of the hash, 64 zeros. The hash of a file is computed with the placeholder in the hash field.</summary>
    public static ReadOnlySpan<byte> NoHash => "0000000000000000000000000000000000000000000000000000000000000000"u8;

    /// <summary>
    /// The prefix of the tensors of each part of a file, before the name of the matrix: none for the parameters, then one for each slot,
    /// such as adam.m.
    /// </summary>
    internal static ImmutableArray<string> Prefixes(Optimizer optimizer) =>
        ["", .. optimizer.Slots.Select(slot => $"{optimizer.Name}.{slot.Name}.")];

    /// <summary>The header of a checkpoint, with <see cref="NoHash"/> in place of the hash.</summary>
    public static byte[] Write(Checkpoint checkpoint)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(new byte[LengthBytes]);
        using (var json = new Utf8JsonWriter(bytes)) Write(json, checkpoint);
        while (bytes.WrittenCount % Alignment != 0) bytes.Write(" "u8); // The safetensors format pads headers with spaces.
        var header = bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - LengthBytes);
        return header;
    }

    /// <summary>
    /// The metadata in a header's JSON, or the reason why the text is not a header. The reason is a clause that follows the file's
    /// name.
    /// </summary>
    public static Either<string, Metadata> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false, MaxDepth = 3 });
            return new Metadata(document.RootElement.GetProperty("__metadata__").EnumerateObject()
                .ToImmutableDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? ""));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A value that is neither a string nor null makes GetString throw InvalidOperationException. So does a
            // string of invalid Unicode.
            return "its header is not the JSON of a safetensors file";
        }
    }

    private static void Write(Utf8JsonWriter json, Checkpoint checkpoint)
    {
        json.WriteStartObject();
        json.WriteStartObject("__metadata__");
        json.WriteString("format_version", Version);
        json.WriteString("sha256", NoHash);
        foreach (var (name, text) in Metadata.Write(checkpoint)) json.WriteString(name, text);
        json.WriteEndObject();

        var end = 0L;
        foreach (var part in Prefixes(checkpoint.RunConfiguration.Optimizer))
        {
            foreach (var shape in checkpoint.Configuration.ParameterShapes)
            {
                var start = end;
                end += (long)shape.Count * checkpoint.RunConfiguration.Precision.Bytes;
                json.WriteStartObject(part + shape.Name);
                json.WriteString("dtype", checkpoint.RunConfiguration.Precision.DType);
                WriteNumbers(json, "shape", shape.Rows, shape.Columns);
                WriteNumbers(json, "data_offsets", start, end);
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
