using System.Security.Cryptography;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Text;

namespace MicroGpt.Browser;

/// <summary>A text to learn from, in UTF-8, and the name that messages call it by.</summary>
internal sealed record GivenText(string Name, byte[] Utf8)
{
    /// <summary>The SHA-256 of the text, in 64 lower-case hexadecimal digits, as checkpoints hold it.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Utf8));

    /// <summary>The given names, the text that the program has without a network.</summary>
    public static GivenText Names { get; } = Embedded("given-names.txt");

    /// <summary>The beginning of tiny Shakespeare.</summary>
    public static GivenText Excerpt { get; } = Embedded("shakespeare-excerpt.txt");

    /// <summary>The documents of the text. A file that is no text is a problem.</summary>
    public Either<Problem, Corpus> Parse(Split split) =>
        FileContent.Recognize(Utf8, Utf8.Length) is var content && IsText(content.Format)
            ? Corpus.Parse(Utf8, Name, split)
            : new Problem($"{Name} cannot be read as text: it is {content.Description}; choose a text file in UTF-8.");

    private static bool IsText(FileFormat format) => format is not (
        FileFormat.Checkpoint or FileFormat.OtherVersion or FileFormat.Safetensors or FileFormat.LfsPointer or FileFormat.Zip
        or FileFormat.Gzip or FileFormat.Utf16);

    private static GivenText Embedded(string name)
    {
        using var resource = typeof(GivenText).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return new(name, bytes);
    }
}
