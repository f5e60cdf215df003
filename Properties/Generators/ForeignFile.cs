using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MicroGpt.Properties;

/// <summary>A tensor of a <see cref="ForeignFile"/>.</summary>
public sealed record ForeignTensor(string Name, string DType, ImmutableArray<long> Shape, ImmutableArray<byte> Bytes);

/// <summary>A safetensors file as another program reads and writes it, with no line of the code under test.</summary>
/// <param name="Metadata">The names and texts, in the order of the file.</param>
/// <param name="Tensors">The tensors, in the order of their bytes.</param>
public sealed record ForeignFile(ImmutableArray<(string Name, string Text)> Metadata, ImmutableArray<ForeignTensor> Tensors)
{
    private const int LengthBytes = 8;

    private static readonly ImmutableDictionary<string, int> Sizes =
        new Dictionary<string, int> { ["F64"] = 8, ["I64"] = 8, ["F32"] = 4, ["I32"] = 4 }.ToImmutableDictionary();

    /// <summary>The content of a sound file. A file that is not sound throws.</summary>
    public static ForeignFile Parse(ReadOnlySpan<byte> file)
    {
        var length = (int)BitConverter.ToInt64(file[..LengthBytes]);
        var (header, data) = (JsonNode.Parse(file.Slice(LengthBytes, length))!.AsObject(), file[(LengthBytes + length)..].ToArray());
        return new(
            [.. header["__metadata__"]!.AsObject().Select(entry => (entry.Key, entry.Value!.GetValue<string>()))],
            [.. from tensor in header
                where tensor.Key != "__metadata__"
                let offsets = Numbers(tensor.Value!["data_offsets"]!)
                orderby offsets[0]
                select new ForeignTensor(
                    tensor.Key, tensor.Value!["dtype"]!.GetValue<string>(), Numbers(tensor.Value!["shape"]!),
                    [.. data.AsSpan(checked((int)offsets[0])..checked((int)offsets[1]))])]);
    }

    /// <summary>
    /// The file that the Python package of Hugging Face writes: tensors of more bytes a number first, then by name; no white space but at
    /// the end of the header, which is padded to a multiple of 8 bytes.
    /// </summary>
    public byte[] WriteAsHuggingFace() =>
        (this with
        {
            Tensors = [.. Tensors.OrderByDescending(tensor => Sizes[tensor.DType]).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)],
        }).Write(entries => entries, new(), padded: true);

    /// <summary>The file with its tensors in this order.</summary>
    /// <param name="order">The order of the names of the header's entries.</param>
    /// <param name="spacing">The form of the JSON.</param>
    /// <param name="padded">True if spaces follow, up to a multiple of 8 bytes.</param>
    public byte[] Write(Func<string[], string[]> order, JsonSerializerOptions spacing, bool padded)
    {
        var end = 0L;
        var entries = new Dictionary<string, JsonNode?>
        {
            ["__metadata__"] = new JsonObject(Metadata.Select(entry => KeyValuePair.Create(entry.Name, (JsonNode?)entry.Text))),
        };
        foreach (var tensor in Tensors)
        {
            var start = end;
            end += tensor.Bytes.Length;
            entries.Add(tensor.Name, new JsonObject
            {
                ["dtype"] = tensor.DType,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(start, end),
            });
        }
        var json = new JsonObject(order([.. entries.Keys]).Select(name => KeyValuePair.Create(name, entries[name]))).ToJsonString(spacing);
        if (padded) json += new string(' ', -Encoding.UTF8.GetByteCount(json) & 7);
        var header = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. Tensors.SelectMany(tensor => tensor.Bytes)];
    }

    /// <summary>The hash of a checkpoint of version 2 with this content.</summary>
    public string ContentHash()
    {
        using var content = new MemoryStream();
        var entries = Metadata.Where(entry => entry.Name != "sha256").OrderBy(entry => entry.Name, StringComparer.Ordinal).ToArray();
        Put(entries.Length);
        foreach (var text in entries.SelectMany(entry => (string[])[entry.Name, entry.Text])) PutText(text);
        Put(Tensors.Length);
        foreach (var tensor in Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            PutText(tensor.Name);
            PutText(tensor.DType);
            Put(tensor.Shape.Length);
            foreach (var size in tensor.Shape) Put(size);
            Put(tensor.Bytes.Length);
            content.Write(tensor.Bytes.AsSpan());
        }
        return Convert.ToHexStringLower(SHA256.HashData(content.ToArray()));

        void Put(long number) => content.Write(BitConverter.GetBytes(number));

        void PutText(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Put(bytes.Length);
            content.Write(bytes);
        }
    }

    private static ImmutableArray<long> Numbers(JsonNode array) => [.. array.AsArray().Select(number => number!.GetValue<long>())];
}
