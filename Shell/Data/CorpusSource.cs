using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Shell.Data;

/// <summary>A corpus, and the text that it was read from, in UTF-8.</summary>
internal sealed record LoadedCorpus(Corpus Corpus, ReadOnlyMemory<byte> Text)
{
    /// <summary>The SHA-256 of the text.</summary>
    public string Sha256 { get; } = ContentHash.Of(Text.Span);

    /// <summary>The number of the line, from 1, on which a document stands in the text.</summary>
    public int LineOf(int document) => Corpus.LineOf(Text.Span, Corpus.Split, document);
}

/// <summary>
/// The source of the documents. It is the file that the command line names, or the text that it names: names or shakespeare; else
/// input.txt, if it exists; else the names of the original, which are downloaded to input.txt; else the given names that the program
/// embeds.
/// </summary>
internal static class CorpusSource
{
    private const long MaxBytes = 256 << 20; // the text takes several times as much memory
    private const string Input = "input.txt";
    private const string Embedded = "given-names.txt";
    private const string Remedy = "name a text file, names or shakespeare";
    private const string GiveText = "The text that the saved model learned from is not here; give it with --data.";

    /// <summary>The file of the documents, if there is one on this machine.</summary>
    public static Option<string> Locate(Option<string> named) => named || (Path.Exists(Input) ? Input : Option<string>.None);

    /// <summary>
    /// The named file, or input.txt, which the command may yet download; none if the name is a problem. Nothing that the command writes may
    /// destroy this file.
    /// </summary>
    public static Option<InputFile> AsInput(Validation<Problem, Option<string>> named) => named.ToOption().Map(file =>
        new InputFile(file.IfNone(Input), file.IsSome ? "--data names" : "--data names by default"));

    /// <summary>The file of a run's documents, as above.</summary>
    public static Option<InputFile> AsInput(GivenSettings given) => AsInput(NameIn(given));

    /// <summary>
    /// The documents of a run, if their file is on this machine. A problem with its name or with the split is one of the settings.
    /// </summary>
    public static Validation<Problem, Option<LoadedCorpus>> Read(GivenSettings given) =>
        NameIn(given).ToOption().Filter(_ => given.ProblemsOf("split").IsEmpty).Bind(Locate)
            .Map(path => Read(path, given.Run.Split).ToValidation()).Sequence();

    private static Validation<Problem, Option<string>> NameIn(GivenSettings given) =>
        given.ProblemsOf("data") is var problems && problems.IsEmpty ? given.Run.Data : problems;

    /// <summary>The documents of a file, or of a text that is known by name.</summary>
    public static Either<Problem, LoadedCorpus> Read(string name, Split split) => NamedText.Find(name).Match(
        Some: text => text.Load(CacheFolder.Locate()).Bind(bytes => Parse(bytes, name, split)),
        None: () => ReadFile(name, split));

    private static Either<Problem, LoadedCorpus> ReadFile(string path, Split split) =>
        IoErrors.Try(path, Remedy, () =>
        {
            using var file = File.OpenRead(path);
            // A pipe or a device has no length.
            var buffer = new byte[(file is { CanSeek: true, Length: > 0 and var length } ? Math.Min(length, MaxBytes) : MaxBytes) + 1];
            var count = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return count > MaxBytes
                ? new Problem(FormattableString.Invariant(
                    $"{path} has more than {MaxBytes:N0} bytes, which is the most that is read; learn from a part of it."))
                : Parse(buffer.AsMemory(0, count), path, split);
        });

    private static Either<Problem, LoadedCorpus> Parse(ReadOnlyMemory<byte> text, string path, Split split) =>
        FileContent.Recognize(text.Span, text.Length) is var content && FindRemedy(content) is { } remedy
            ? new Problem($"{path} cannot be read as text: it is {content.Description}; {remedy}.")
            : Corpus.Parse(text.Span, path, split).Map(corpus => new LoadedCorpus(corpus, text));

    // The remedy for a file of another format. Text has none, whatever it is about.
    private static string? FindRemedy(FileContent content) => content.Format switch
    {
        FileFormat.Checkpoint or FileFormat.OtherVersion or FileFormat.Safetensors => Remedy,
        FileFormat.LfsPointer or FileFormat.Zip or FileFormat.Gzip => content.Remedy ?? Remedy,
        FileFormat.Utf16 => "save it as UTF-8",
        _ => null,
    };

    /// <summary>Downloads the documents, or takes the embedded ones. A problem with the download is a line on standard error.</summary>
    public static Either<Problem, LoadedCorpus> Fetch(Split split) => Download.Fetch(RemoteFile.Names, TimeSpan.FromSeconds(5)).Match(
        Right: bytes =>
        {
            Download.Save(bytes, Input).IfLeft(Console.Error.WriteLine);
            return Parse(bytes, Input, split);
        },
        Left: problem =>
        {
            Console.Error.WriteLine($"{problem} Learning from the given names that come with the program instead.");
            return Parse(LoadEmbedded(), Embedded, split);
        });

    /// <summary>The text that a saved run learned from, if it is the embedded one or one that can be downloaded.</summary>
    public static Either<Problem, LoadedCorpus> Fetch(Checkpoint saved)
    {
        var (embedded, split) = (LoadEmbedded(), saved.RunConfiguration.Split);
        return ContentHash.Of(embedded) == saved.DataSha256
            ? Parse(embedded, Embedded, split)
            : NamedText.FindHash(saved.DataSha256).Match(
                Some: text => text.Load(CacheFolder.Locate()).Bind(bytes => Parse(bytes, text.Name, split)),
                None: () => new Problem(GiveText));
    }

    private static byte[] LoadEmbedded()
    {
        using var resource = typeof(CorpusSource).Assembly.GetManifestResourceStream(Embedded)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
