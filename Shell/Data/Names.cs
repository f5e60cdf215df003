using System.Security.Cryptography;
using LanguageExt;
using MicroGpt.Text;

namespace MicroGpt.Shell.Data;

/// <summary>Documents, and what the text that holds them hashes to.</summary>
internal sealed record DataSet(Corpus Corpus, string Sha256);

/// <summary>
/// Where the documents come from: the file that is named; else input.txt, if it is here; else the original's names, which become
/// input.txt; else the given names that are embedded.
/// </summary>
internal static class Names
{
    private const long MostBytes = 256 << 20; // their text takes several times as much memory
    private const string Input = "input.txt";
    private const string Embedded = "given-names.txt";

    /// <summary>The file that holds the documents, if there is one on this machine.</summary>
    public static Option<string> Local(Option<string> named) => named || (Path.Exists(Input) ? Input : Option<string>.None);

    /// <summary>The documents of a file.</summary>
    public static Either<Problem, DataSet> Read(string path) => IoErrors.Reading(path, "name a text file with one document on each line", () =>
    {
        using var file = File.OpenRead(path);
        // What is no file, such as a pipe, has no length that it could tell.
        var room = new byte[(file is { CanSeek: true, Length: > 0 and var length } ? Math.Min(length, MostBytes) : MostBytes) + 1];
        var count = file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
        return count > MostBytes
            ? new Problem(FormattableString.Invariant($"{path} has more than {MostBytes:N0} bytes, which is the most that is read; learn from a part of it."))
            : Parse(room.AsSpan(0, count), path);
    });

    /// <summary>The documents where no file holds any; what stood in the way is told in a line on standard error.</summary>
    public static DataSet Fetch() => Download.Fetch(Source.Original, TimeSpan.FromSeconds(5)).Match(
        Right: bytes =>
        {
            Download.Save(bytes, Input).IfSome(Console.Error.WriteLine);
            return Known(bytes, Input);
        },
        Left: problem =>
        {
            Console.Error.WriteLine($"{problem} Learning from the given names that come with the program instead.");
            return Known(ReadEmbedded(), Embedded);
        });

    private static byte[] ReadEmbedded()
    {
        using var resource = typeof(Names).Assembly.GetManifestResourceStream(Embedded)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static Either<Problem, DataSet> Parse(ReadOnlySpan<byte> bytes, string source)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return Corpus.Parse(bytes, source).Map(corpus => new DataSet(corpus, sha256));
    }

    // These bytes are known to hold documents.
    private static DataSet Known(byte[] bytes, string source) =>
        Parse(bytes, source).IfLeft(problem => throw new InvalidOperationException(problem.Sentence));
}
