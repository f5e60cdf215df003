using System.Security.Cryptography;

namespace MicroGpt.Shell.Data;

/// <summary>The hash by which a text is known.</summary>
internal static class ContentHash
{
    /// <summary>The SHA-256 of some bytes, in 64 lower-case hexadecimal digits.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
