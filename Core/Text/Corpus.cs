using System.Buffers;
using System.Collections.Immutable;
using System.Text.Unicode;
using LanguageExt;
using MicroGpt.Randomness;

namespace MicroGpt.Text;

/// <summary>A corpus: the documents that a model is trained on, such as names.</summary>
/// <param name="Documents">The documents, at least one, none of them empty.</param>
public sealed record Corpus(ImmutableArray<string> Documents)
{
    /// <summary>The documents of a UTF-8 text: its lines that are not blank. A problem calls the text <paramref name="source"/>.</summary>
    public static Either<Problem, Corpus> Parse(ReadOnlySpan<byte> utf8, string source)
    {
        var buffer = new char[utf8.Length];
        if (Utf8.ToUtf16(utf8, buffer, out var valid, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
            return new Problem(
                $"{source} is not UTF-8: the byte 0x{utf8[valid]:X2} at offset {valid} begins no valid character; save the text as UTF-8.");

        var documents = Lines(new string(buffer, 0, length));
        return documents.IsEmpty
            ? new Problem($"{source} holds no documents, for it is empty or blank; write one document on each line.")
            : new Corpus(documents);
    }

    /// <summary>The documents in random order.</summary>
    public (Corpus Value, PythonRandom Next) Shuffle(PythonRandom random)
    {
        var (documents, next) = random.Shuffle(Documents);
        return (new(documents), next);
    }

    /// <summary>
    /// Splits off a share of the documents, the last ones, to be held out. The result is a problem if a positive share rounds to no
    /// document or to all.
    /// </summary>
    public Either<Problem, (Corpus Kept, ImmutableArray<string> HeldOut)> HoldOut(double share)
    {
        var count = (int)Math.Round(share * Documents.Length);
        return share > 0 && (count == 0 || count == Documents.Length)
            ? new Problem(FormattableString.Invariant($"validation is {share}, which of {Documents.Length} documents holds out ")
                + $"{(count == 0 ? "none" : "all")}; choose another share.")
            : (new Corpus(Documents[..^count]), Documents[^count..]);
    }

    public override string ToString() => $"{Documents.Length} documents: {Printing.Brief(Documents)}";

    // The text is split at \r and at \n. The empty line between \r and \n is dropped, like every empty line.
    private static ImmutableArray<string> Lines(string text) =>
        [.. WithoutMark(text).Split('\r', '\n').Select(Characters.Strip).Where(line => line != "")];

    // Some editors begin a file with a byte order mark.
    private static string WithoutMark(string text) => text is ['\uFEFF', .. var rest] ? rest : text;

    public bool Equals(Corpus? other) => other is not null && Documents.ContentEquals(other.Documents);

    public override int GetHashCode() => Documents.Length;
}
