using System.Security.Cryptography;
using LanguageExt;

namespace MicroGpt.Shell.Data;

/// <summary>A file on the network, and what its bytes hash to.</summary>
internal sealed record Source(Uri Address, string Sha256)
{
    /// <summary>The 32,033 names that the original learns from.</summary>
    public static Source Original { get; } = new(
        new("https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"),
        "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d");
}

/// <summary>Fetches a file from the network, and keeps it.</summary>
internal static class Download
{
    /// <summary>The bytes of a source, if all of them arrive within a time and are the right ones.</summary>
    public static Either<Problem, byte[]> Fetch(Source source, TimeSpan limit)
    {
        Problem Because(string reason) => new($"{source.Address} could not be downloaded: {reason}.");

        try
        {
            using var client = new HttpClient();
            var bytes = client.GetByteArrayAsync(source.Address).WaitAsync(limit).GetAwaiter().GetResult();
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == source.Sha256
                ? bytes
                : Because("what arrived is not the expected file, for its SHA-256 is another");
        }
        catch (TimeoutException)
        {
            return Because($"it did not arrive within {limit.TotalSeconds} s");
        }
        catch (HttpRequestException e) when (e.StatusCode is { } status)
        {
            return Because($"the server answered {(int)status}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Because(e.GetBaseException().Message.TrimEnd('.'));
        }
    }

    /// <summary>Makes bytes a file, unless there is one already.</summary>
    public static Option<Problem> Save(byte[] bytes, string path) =>
        AtomicFile.Save(FileOperations.Real, bytes, path, overwrite: false).Map(reason =>
            new Problem($"{path} could not be saved: {reason}; the next run will download it again."));
}
