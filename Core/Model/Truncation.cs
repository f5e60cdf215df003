using System.Collections.Immutable;
using System.Text;
using LanguageExt;
using MicroGpt.Text;

namespace MicroGpt.Model;

/// <summary>
/// The documents whose ends a model does not see. Each of block_size positions has one target: a character of the document, or its end
/// after the last one. A document of block_size characters already loses its end.
/// </summary>
/// <param name="Configuration">The sizes of the model.</param>
/// <param name="Documents">The number of all documents.</param>
/// <param name="Cut">The number of documents without their end, at least 1.</param>
/// <param name="Longest">The number of characters of the longest document.</param>
/// <param name="Characters">The number of characters of all documents.</param>
/// <param name="Unseen">The number of characters that no position shows.</param>
/// <param name="Hidden">The characters of the alphabet that no position of any document shows, in code point order.</param>
public sealed record Truncation(
    Configuration Configuration, int Documents, int Cut, int Longest, long Characters, long Unseen, string Hidden)
{
    private const int MaxCodePoint = 0x10FFFF;

    /// <summary>The truncation of documents by a model; none if the model sees all of them to the end.</summary>
    public static Option<Truncation> Find(ImmutableArray<string> documents, Configuration configuration)
    {
        var size = configuration.BlockSize;
        if (documents.All(document => document.Length < size)) return Option<Truncation>.None; // a code point is one char, or two

        var (cut, longest, characters, unseen) = (0, 0, 0L, 0L);
        var (shown, beyond) = (new bool[MaxCodePoint + 1], new bool[MaxCodePoint + 1]); // as in Tokenizer.Of
        foreach (var document in documents)
        {
            var length = 0;
            foreach (var character in document.EnumerateRunes())
                (length++ < size ? shown : beyond)[character.Value] = true;
            (cut, longest) = (cut + (length < size ? 0 : 1), Math.Max(longest, length));
            (characters, unseen) = (characters + length, unseen + Math.Max(0, length - size));
        }
        var hidden = string.Concat(Enumerable.Range(0, shown.Length).Where(i => beyond[i] && !shown[i]).Select(i => new Rune(i)));
        return cut == 0
            ? Option<Truncation>.None
            : new Truncation(configuration, documents.Length, cut, longest, characters, unseen, hidden);
    }

    /// <summary>A sentence with the numbers and the remedy, about documents that are called, say, lines.</summary>
    public string Describe(string documents)
    {
        var lost = Unseen == 0
            ? "an end there"
            : FormattableString.Invariant($"{Unseen:N0} of {Characters:N0} characters ({Share})");
        var nowhere = Hidden == "" ? "" : $", and {Hidden.Quote()} occur nowhere else";
        return $"block_size {Configuration.BlockSize} cuts the end off "
            + FormattableString.Invariant($"{Cut:N0} of {Documents:N0} {documents}: the model never sees {lost}{nowhere}; ")
            + $"{Remedy(documents)}.";
    }

    public override string ToString() => Describe("documents");

    private string Share => (100.0 * Unseen / Characters) switch
    {
        < 0.1 => "under 0.1%",
        > 99.9 => "over 99.9%",
        var percent => FormattableString.Invariant($"{percent:F1}%"),
    };

    // The longest document needs a position for each character and one for its end. If no such model exists, a bisection finds the limit.
    private string Remedy(string documents)
    {
        var (fits, fails) = (Configuration.BlockSize, Longest + 1);
        if (Fits(fails)) return $"a model of --block-size {fails} sees all";
        while (fails - fits > 1)
            (fits, fails) = fits + (fails - fits) / 2 is var middle && Fits(middle) ? (middle, fails) : (fits, middle);
        return $"the largest is --block-size {fits}, so divide longer {documents}";
    }

    private bool Fits(int blockSize) => Configuration.Create(
        Configuration.NEmbd, Configuration.NHead, Configuration.NLayer, blockSize, Configuration.VocabSize).IsSuccess;
}
