using System.Buffers;
using System.Collections.Immutable;
using System.Text;
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

        ImmutableArray<string> documents = [.. Lines(buffer.AsMemory(0, length)).Select(line => line.Text)];
        return documents.IsEmpty
            ? new Problem($"{source} holds no documents, for it is empty or blank; write one document on each line.")
            : new Corpus(documents);
    }

    /// <summary>The number of the line, from 1, on which a document of a UTF-8 text stands.</summary>
    public static int LineOf(ReadOnlySpan<byte> utf8, int document) =>
        Lines(Encoding.UTF8.GetString(utf8).AsMemory()).ElementAt(document).Number;

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

    // The lines that are not blank, stripped, with their numbers. A line ends at \n, \r or \r\n. Some editors begin a file with a byte
    // order mark.
    private static IEnumerable<(int Number, string Text)> Lines(ReadOnlyMemory<char> text)
    {
        var (start, number) = (text.Span.StartsWith("\uFEFF") ? 1 : 0, 1);
        while (start < text.Length)
        {
            var length = text.Span[start..].IndexOfAny('\r', '\n');
            var end = length < 0 ? text.Length : start + length;
            if (text.Span[start..end].ToString().Strip() is not "" and var line) yield return (number, line);
            (start, number) = (end + (text.Span[end..].StartsWith("\r\n") ? 2 : 1), number + 1);
        }
    }

    public bool Equals(Corpus? other) => other is not null && Documents.ContentEquals(other.Documents);

    public override int GetHashCode() => Documents.Length;
}
