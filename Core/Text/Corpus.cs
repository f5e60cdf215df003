using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using LanguageExt;
using MicroGpt.Randomness;
using static LanguageExt.Prelude;

namespace MicroGpt.Text;

/// <summary>A corpus: the documents that a model is trained on, such as names.</summary>
/// <param name="Documents">The documents, at least one, none of them empty. Running text is one document.</param>
/// <param name="Split">The rule that split the text into documents.</param>
public sealed record Corpus(ImmutableArray<string> Documents, Split Split)
{
    /// <summary>A corpus of documents that are not read from a text.</summary>
    public Corpus(ImmutableArray<string> documents) : this(documents, Split.Lines)
    {
    }

    /// <summary>
    /// The documents of a UTF-8 text. A line ends at \n, \r or \r\n, and nowhere else, as in Python; documents of several lines and
    /// running text have \n there. A byte order mark at the beginning is taken off. A problem calls the text <paramref name="source"/>.
    /// </summary>
    public static Either<Problem, Corpus> Parse(ReadOnlySpan<byte> utf8, string source, Split split) =>
        from text in Decode(utf8, source)
        from _ in split.FindObstacle(text).Match<Either<Problem, Unit>>(
            Some: reason => new Problem($"{source} cannot be split into documents: {reason}."), None: () => unit)
        from corpus in ParseDocuments(text, source, split)
        select corpus;

    /// <summary>The number of the line, from 1, on which a document of a UTF-8 text begins.</summary>
    public static int LineOf(ReadOnlySpan<byte> utf8, Split split, int document) =>
        split.Documents(WithPlainLines(Encoding.UTF8.GetString(utf8))).ElementAt(document).Line;

    /// <summary>The documents in random order.</summary>
    public (Corpus Value, PythonRandom Next) Shuffle(PythonRandom random)
    {
        var (documents, next) = random.Shuffle(Documents);
        return (this with { Documents = documents }, next);
    }

    /// <summary>
    /// Splits off a share of the documents, the last ones, to be held out; of running text, the last characters. The result is a problem
    /// if a positive share rounds to no document or to all.
    /// </summary>
    public Either<Problem, (Corpus Kept, ImmutableArray<string> HeldOut)> HoldOut(double share)
    {
        var (total, unit) = Split.IsRunningText ? (Documents[0].CodePoints().Count(), "characters") : (Documents.Length, "documents");
        var count = (int)Math.Round(share * total);
        return share > 0 && (count == 0 || count == total)
            ? new Problem(FormattableString.Invariant($"validation is {share}, which of {total} {unit} holds out ")
                + $"{(count == 0 ? "none" : "all")}; choose another share.")
            : count == 0 ? (this, [])
            : Split.IsRunningText ? HoldOutEnd(total - count)
            : (this with { Documents = Documents[..^count] }, Documents[^count..]);
    }

    public override string ToString() => $"{Documents.Length} documents: {Printing.Brief(Documents)}";

    // An index into a string counts UTF-16 units, of which a character may be two.
    private (Corpus Kept, ImmutableArray<string> HeldOut) HoldOutEnd(int characters)
    {
        var kept = Documents[0].Start(characters);
        return (this with { Documents = [kept] }, [Documents[0][kept.Length..]]);
    }

    private static Either<Problem, string> Decode(ReadOnlySpan<byte> utf8, string source) => Utf8.IsValid(utf8)
        ? WithPlainLines(Encoding.UTF8.GetString(utf8))
        : InvalidByte(utf8, source);

    private static Problem InvalidByte(ReadOnlySpan<byte> utf8, string source)
    {
        Utf8.ToUtf16(utf8, new char[utf8.Length], out var valid, out _, replaceInvalidSequences: false);
        return new(
            $"{source} is not UTF-8: the byte 0x{utf8[valid]:X2} at offset {valid} begins no valid character; save the text as UTF-8.");
    }

    // Lines end in \n. Some editors begin a file with a byte order mark.
    private static string WithPlainLines(string text)
    {
        var unmarked = text.StartsWith('\uFEFF') ? text[1..] : text;
        return unmarked.Contains('\r') ? unmarked.Replace("\r\n", "\n").Replace('\r', '\n') : unmarked;
    }

    private static Either<Problem, Corpus> ParseDocuments(string text, string source, Split split)
    {
        ImmutableArray<string> documents = [.. split.Documents(text).Select(document => document.Text)];
        return !documents.IsEmpty
            ? new Corpus(documents, split)
            : new Problem($"{source} holds no documents, for it is "
                + $"{(text.IsBlank() ? "empty or blank" : "made of separating lines only")}; write {split.Form}.");
    }

    public bool Equals(Corpus? other) => other is not null && Split == other.Split && Documents.ContentEquals(other.Documents);

    public override int GetHashCode() => Documents.Length;
}
