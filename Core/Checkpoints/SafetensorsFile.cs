using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using LanguageExt;
using MicroGpt.Text;
using static LanguageExt.Prelude;

namespace MicroGpt.Checkpoints;

/// <summary>
/// The content of a safetensors file of any program: named texts and named tensors. The file starts with a little-endian 64-bit length. A
/// JSON object of that length follows, with the texts and each tensor's dtype, shape and offsets. The bytes of the tensors fill the rest
/// without gap or overlap. Texts and tensors are in ordinal order of their names here, whatever their order in the file.
/// </summary>
public sealed class SafetensorsFile
{
    /// <summary>The size of the length field, in bytes.</summary>
    public const int LengthBytes = 8;

    /// <summary>The largest size of the JSON object, in bytes. It is a limit of the format.</summary>
    public const int LongestHeader = 100_000_000;

    private const string MetadataName = "__metadata__";
    private const int Alignment = 8;
    private const string NotHeader = "its header is not the JSON of a safetensors file";

    private SafetensorsFile(ImmutableSortedDictionary<string, string> metadata, ImmutableSortedDictionary<string, StoredTensor> tensors) =>
        (Metadata, Tensors) = (metadata, tensors);

    /// <summary>The texts by name.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name. Their bytes are slices of the file.</summary>
    public ImmutableSortedDictionary<string, StoredTensor> Tensors { get; }

    public override string ToString() => $"{Tensors.Count} tensors: {Printing.Brief([.. Tensors.Keys])}";

    /// <summary>
    /// The content of a file, or the first reason why it is not a safetensors file. The reason is a clause that follows the file's name.
    /// Memory is allocated for bytes that exist, never for sizes that the file claims.
    /// </summary>
    public static Either<string, SafetensorsFile> Read(ReadOnlyMemory<byte> file) =>
        from length in ReadLength(file.Span)
        from header in ReadHeader(file[LengthBytes..length])
        let bytes = file[length..]
        from _ in CheckPlaces(header.Tensors, bytes.Length)
        select new SafetensorsFile(header.Metadata, header.Tensors.ToImmutableSortedDictionary(
            tensor => tensor.Name,
            tensor => new StoredTensor(tensor.Type, bytes[(int)tensor.Start..(int)tensor.End]),
            StringComparer.Ordinal));

    /// <summary>The bytes before the tensors of a file, whose tensors follow one another in the given order.</summary>
    public static byte[] WriteHeader(IEnumerable<(string Name, string Text)> metadata, IEnumerable<(string Name, TensorType Type)> tensors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(new byte[LengthBytes]);
        using (var json = new Utf8JsonWriter(bytes)) WriteHeader(json, metadata, tensors);
        while (bytes.WrittenCount % Alignment != 0) bytes.Write(" "u8); // The format pads headers with spaces.
        var header = bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - LengthBytes);
        return header;
    }

    private static void WriteHeader(
        Utf8JsonWriter json, IEnumerable<(string Name, string Text)> metadata, IEnumerable<(string Name, TensorType Type)> tensors)
    {
        json.WriteStartObject();
        json.WriteStartObject(MetadataName);
        foreach (var (name, text) in metadata) json.WriteString(name, text);
        json.WriteEndObject();
        var end = 0L;
        foreach (var (name, type) in tensors)
        {
            var start = end;
            end += type.ByteCount ?? throw new ArgumentException($"{name} of {type} has no size.", nameof(tensors));
            json.WriteStartObject(name);
            json.WriteString("dtype", type.DType);
            WriteNumbers(json, "shape", type.Shape);
            WriteNumbers(json, "data_offsets", [start, end]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ImmutableArray<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    // A tensor as the header describes it. The offsets count from the end of the header, in bytes.
    private readonly record struct Entry(string Name, TensorType Type, long Start, long End);

    private readonly record struct Header(ImmutableSortedDictionary<string, string> Metadata, ImmutableArray<Entry> Tensors);

    // The length of the header, including its length field.
    private static Either<string, int> ReadLength(ReadOnlySpan<byte> file)
    {
        if (file.Length < LengthBytes) return "it ends within its header";
        var json = BinaryPrimitives.ReadUInt64LittleEndian(file);
        return json > (ulong)(file.Length - LengthBytes) ? $"its header claims {json} bytes, more than there are"
            : json > LongestHeader ? $"its header has {json} bytes, more than the format allows"
            : LengthBytes + (int)json;
    }

    // The format lets white space follow the JSON, and none come before it.
    private static Either<string, Header> ReadHeader(ReadOnlyMemory<byte> json)
    {
        if (json.Span is not [(byte)'{', ..]) return NotHeader;
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false, MaxDepth = 3 });
            var entries = document.RootElement.EnumerateObject().ToLookup(entry => entry.NameEquals(MetadataName));
            var metadata = entries[true].SelectMany(entry => entry.Value.EnumerateObject()).ToImmutableSortedDictionary(
                entry => entry.Name, entry => entry.Value.GetString() ?? throw new JsonException(), StringComparer.Ordinal);
            var tensors = ImmutableArray.CreateBuilder<Entry>();
            foreach (var tensor in entries[false])
            {
                if (ReadEntry(tensor) is not { } entry)
                    return $"its header does not describe {tensor.Name.Quote()} by a dtype, a shape and data_offsets";
                if (entry.Type.ByteCount != entry.End - entry.Start)
                    return $"its {entry.Name.Quote()} is {$"{entry.Type}".Quote()}, which does not fill bytes {entry.Start} to {entry.End}";
                tensors.Add(entry);
            }
            return new Header(metadata, tensors.ToImmutable());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException reports a value of another kind, or a string of invalid Unicode.
            return NotHeader;
        }
    }

    // Null unless the value is an object of exactly a dtype, a shape and data_offsets.
    private static Entry? ReadEntry(JsonProperty tensor) =>
        tensor.Value is { ValueKind: JsonValueKind.Object } fields && fields.GetPropertyCount() == 3
        && fields.TryGetProperty("dtype", out var dtype) && dtype.ValueKind == JsonValueKind.String
        && fields.TryGetProperty("shape", out var shape) && ReadNumbers(shape) is { } sizes
        && fields.TryGetProperty("data_offsets", out var offsets) && ReadNumbers(offsets) is [var start, var end]
            ? new Entry(tensor.Name, new(dtype.GetString()!, sizes), start, end)
            : null;

    // Null unless the value is an array of whole numbers from 0 on.
    private static ImmutableArray<long>? ReadNumbers(JsonElement array) =>
        array.ValueKind == JsonValueKind.Array
        && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number) && number >= 0)
            ? [.. array.EnumerateArray().Select(item => item.GetInt64())]
            : null;

    private static Either<string, Unit> CheckPlaces(ImmutableArray<Entry> tensors, int length)
    {
        var (end, before) = (0L, "");
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End))
        {
            if (tensor.Start < end) return $"its {before.Quote()} and {tensor.Name.Quote()} overlap";
            if (tensor.Start > end) return $"bytes {end} to {tensor.Start} of its numbers belong to no tensor";
            (end, before) = (tensor.End, tensor.Name);
        }
        return end > length ? $"its tensors need {end} bytes of numbers, and it holds {length}"
            : end < length ? $"bytes {end} to {length} of its numbers belong to no tensor"
            : unit;
    }
}
