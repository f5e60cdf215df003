using LanguageExt;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Data;

/// <summary>A file on the network, and the SHA-256 of its bytes.</summary>
internal sealed record RemoteFile(Uri Address, string Sha256)
{
    /// <summary>The 32,033 names that the original learns from.</summary>
    public static RemoteFile Names { get; } = new(
        new("https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"),
        OriginalRun.DataSha256);

    /// <summary>The tiny Shakespeare of char-rnn: 1,115,394 characters of plays.</summary>
    public static RemoteFile Shakespeare { get; } = new(
        new("https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a/data/tinyshakespeare/input.txt"),
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed");
}

/// <summary>Downloads of files.</summary>
internal static class Download
{
    /// <summary>The bytes of a file, if they arrive within `limit` and have the right SHA-256.</summary>
    public static Either<Problem, byte[]> Fetch(RemoteFile file, TimeSpan limit)
    {
        Problem Because(string reason) => new($"{file.Address} could not be downloaded: {reason}.");

        try
        {
            using var client = new HttpClient();
            var bytes = client.GetByteArrayAsync(file.Address).WaitAsync(limit).GetAwaiter().GetResult();
            return ContentHash.Of(bytes) == file.Sha256
                ? bytes
                : Because("the file is not the expected one, for its SHA-256 differs");
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

    /// <summary>
    /// Saves bytes as a file, unless the file exists already, or a .part file that is not the beginning of a download.
    /// </summary>
    public static Either<Problem, Unit> Save(byte[] bytes, string path) =>
        FindObstacle(bytes, AtomicFile.PartOf(path))
            .Match(Some: Left<string, Unit>, None: () => AtomicFile.Save(FileOperations.Real, bytes, path, overwrite: false))
            .MapLeft(reason => new Problem($"{path} could not be saved: {reason}; the next run will download it again."));

    // The reason not to write a .part file: another file has its name.
    private static Option<string> FindObstacle(byte[] bytes, string part)
    {
        try
        {
            return !File.Exists(part) || bytes.AsSpan().StartsWith(File.ReadAllBytes(part)) ? None
                : $"{part} is another file, and would be overwritten";
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return $"{part} cannot be read: {IoErrors.Reason(part, e)}";
        }
    }
}
