using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using LanguageExt;

namespace MicroGpt.Checkpoints;

/// <summary>
/// How a checkpoint begins, as every safetensors file does: in 8 bytes the length of a JSON object, and this object, which tells the
/// metadata and the type, shape and bytes of each tensor. A checkpoint has one header and no other.
/// </summary>
public static class Header
{
    /// <summary>The bytes that tell the length.</summary>
    public const int LengthBytes = 8;

    private const int Alignment = 8;

    /// <summary>How the object begins. The hash follows, 64 digits, where it is easily found.</summary>
    public static ReadOnlySpan<byte> Opening => "{\"__metadata__\":{\"format_version\":\"1\",\"sha256\":\""u8;

    /// <summary>What stands in the place of the hash while it is taken.</summary>
    public static ReadOnlySpan<byte> NoHash => "0000000000000000000000000000000000000000000000000000000000000000"u8;

    /// <summary>The header of a checkpoint, without its hash.</summary>
    public static byte[] Of(Checkpoint checkpoint)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(new byte[LengthBytes]);
        using (var json = new Utf8JsonWriter(bytes)) Write(json, checkpoint);
        while (bytes.WrittenCount % Alignment != 0) bytes.Write(" "u8); // as the format has it, so that numbers are aligned
        var header = bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - LengthBytes);
        return header;
    }

    /// <summary>The metadata that a header's JSON tells, or why it tells none.</summary>
    public static Either<Refusal, Metadata> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false, MaxDepth = 3 });
            return new Metadata(document.RootElement.GetProperty("__metadata__").EnumerateObject()
                .ToImmutableDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? ""));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter of what is no text, or not Unicode
        {
            return new Refusal("its header is not the JSON of a safetensors file");
        }
    }

    private static void Write(Utf8JsonWriter json, Checkpoint checkpoint)
    {
        json.WriteStartObject();
        json.WriteStartObject("__metadata__");
        json.WriteString("format_version", "1");
        json.WriteString("sha256", NoHash);
        foreach (var (name, text) in Metadata.Of(checkpoint)) json.WriteString(name, text);
        json.WriteEndObject();

        var end = 0L;
        foreach (var part in (string[])["", "adam.m.", "adam.v."])
        {
            foreach (var shape in checkpoint.Configuration.ParameterShapes)
            {
                var start = end;
                end += (long)shape.Count * checkpoint.Plan.Precision.Bytes;
                json.WriteStartObject(part + shape.Name);
                json.WriteString("dtype", checkpoint.Plan.Precision.DType);
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
