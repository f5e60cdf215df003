using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Data;

/// <summary>A text that --data knows by name. It is downloaded once, and kept in the cache folder.</summary>
internal sealed record NamedText(string Name, RemoteFile File)
{
    private const string Remedy = "connect to the network once, or save that file by another way and name it with --data";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly NamedText[] All = [new("names", RemoteFile.Names), new("shakespeare", RemoteFile.Shakespeare)];

    /// <summary>The text of a name, unless a file has that name.</summary>
    public static Option<NamedText> Find(string name) => All.Where(text => text.Name == name && !Path.Exists(name)).HeadOrNone();

    /// <summary>The text whose bytes have this SHA-256.</summary>
    public static Option<NamedText> FindHash(string sha256) => All.Where(text => text.File.Sha256 == sha256).HeadOrNone();

    /// <summary>
    /// The bytes of the text: those in the cache folder if their SHA-256 is right, else those that are downloaded. A download that cannot
    /// be kept is a line on standard error.
    /// </summary>
    public Either<Problem, byte[]> Load(Option<string> folder) =>
        folder.Bind(ReadCached).Match(
            Some: Right<Problem, byte[]>,
            None: () => Download.Fetch(File, Limit)
                .MapLeft(problem => new Problem($"{problem.Sentence.TrimEnd('.')}; {Remedy}."))
                .Map(bytes =>
                {
                    folder.Iter(path => Keep(path, bytes));
                    return bytes;
                }));

    private string PathIn(string folder) => Path.Combine(folder, $"{Name}.txt");

    private Option<byte[]> ReadCached(string folder)
    {
        try
        {
            return Optional(System.IO.File.ReadAllBytes(PathIn(folder)))
                .Filter(bytes => ContentHash.Of(bytes) == File.Sha256);
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return None; // the download says what is wrong, if that fails, too
        }
    }

    private Unit Keep(string folder, byte[] bytes) =>
        CreateFolder(folder)
            .Bind(_ => AtomicFile.Save(FileOperations.Real, bytes, PathIn(folder), overwrite: true))
            .IfLeft(reason => Console.Error.WriteLine(
                $"{PathIn(folder)} could not be saved: {reason}; the next run will download it again."));

    private static Either<string, Unit> CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return unit;
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return IoErrors.Reason(e);
        }
    }
}
