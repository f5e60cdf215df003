using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Checkpoints;

/// <summary>
/// The SHA-256 that a checkpoint file holds of itself, in 64 lower-case hexadecimal digits. In version 1 it covers the bytes of the file,
/// so that any other layout is a change. From version 2 on it covers the content: texts and tensors by name, in any layout.
/// </summary>
public static class CheckpointHash
{
    /// <summary>The metadata that name the version of the format and the hash.</summary>
    public const string VersionName = "format_version", HashName = "sha256";

    /// <summary>The first version of the format, and the version that this program writes. This program reads both.</summary>
    public const string First = "1", Current = "2";

    /// <summary>The placeholder of the hash, 64 zeros.</summary>
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>True for the first bytes of the JSON object of a file that this program wrote, in either version.</summary>
    public static bool IsOpening(ReadOnlySpan<byte> json) => json.StartsWith(Opening(First)) || json.StartsWith(Opening(Current));

    // The first bytes of the JSON object, up to the digits of the hash.
    private static byte[] Opening(string version) =>
        Encoding.ASCII.GetBytes($"{{\"__metadata__\":{{\"{VersionName}\":\"{version}\",\"{HashName}\":\"");

    /// <summary>The reason, as a clause that follows the file's name, why a file is not as it was written.</summary>
    public static Either<string, Unit> Check(SafetensorsFile content, ReadOnlyMemory<byte> file) =>
        (content.Metadata.GetValueOrDefault(VersionName), content.Metadata.GetValueOrDefault(HashName)) switch
        {
            (First, var hash) => hash == ComputeFirst(file.Span) ? unit
                : "it is of version 1, and not byte for byte as it was written, for its SHA-256 is another",
            (_, var hash) => hash == Compute(content) ? unit : "it is not as it was written, for its SHA-256 is another",
        };

    /// <summary>
    /// The hash of a content. It covers the number of metadata, the name and the text of each, the number of tensors, and the name, dtype,
    /// rank, shape, byte count and bytes of each, in ordinal order of the names. The hash itself is left out of the metadata. A number is
    /// hashed as 64 bits, little-endian, and a text as UTF-8 after the number of its bytes.
    /// </summary>
    public static string Compute(SafetensorsFile content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var metadata = content.Metadata.Remove(HashName);
        Number(metadata.Count);
        foreach (var (name, text) in metadata)
        {
            Text(name);
            Text(text);
        }
        Number(content.Tensors.Count);
        foreach (var (name, tensor) in content.Tensors)
        {
            Text(name);
            Text(tensor.Type.DType);
            Number(tensor.Type.Shape.Length);
            foreach (var size in tensor.Type.Shape) Number(size);
            Number(tensor.Bytes.Length);
            hash.AppendData(tensor.Bytes.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Number(long number)
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            hash.AppendData(bytes);
        }

        void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Number(bytes.Length);
            hash.AppendData(bytes);
        }
    }

    // The hash of version 1: that of the file with zeros for the digits of the hash, which follow the opening.
    private static string ComputeFirst(ReadOnlySpan<byte> file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var start = Math.Min(file.Length, SafetensorsFile.LengthBytes + Opening(First).Length);
        hash.AppendData(file[..start]);
        hash.AppendData(Encoding.ASCII.GetBytes(NoHash));
        hash.AppendData(file[Math.Min(file.Length, start + NoHash.Length)..]);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
