using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Text;

namespace MicroGpt.Properties;

/// <summary>Laws of the tokenizer.</summary>
public static class TextLaws
{
    /// <summary>Every document comes back from its tokens as it was.</summary>
    public static Property ComesBack(Corpus corpus, Func<Tokenizer, string, string> thereAndBack)
    {
        var tokenizer = Tokenizer.Of(corpus);
        return Verdict.NoneOf(
            from document in corpus.Documents
            let back = thereAndBack(tokenizer, document)
            where back != document
            select $"{document.Quote()} comes back as {back.Quote()}");
    }

    /// <summary>A document's tokens are one for each character, all in the vocabulary, between BOS and BOS, and BOS nowhere else.</summary>
    public static Property IsFramedByBos(Corpus corpus, Func<Tokenizer, string, ImmutableArray<int>> encode)
    {
        var tokenizer = Tokenizer.Of(corpus);
        var bos = tokenizer.Alphabet.Length;
        return Verdict.NoneOf(
            from document in corpus.Documents
            let tokens = encode(tokenizer, document)
            where tokens is not [var first, .. var ids, var last] || first != bos || last != bos
                || ids.Length != document.EnumerateRunes().Count() || ids.Any(id => id < 0 || id >= bos)
            select $"{document.Quote()} is {string.Join(" ", tokens)}");
    }

    /// <summary>The text decoded from the tokens of a text.</summary>
    public static string ThereAndBack(Tokenizer tokenizer, string text) =>
        tokenizer.Encode(text).Match(Right: ids => tokenizer.Decode(ids.AsSpan()), Left: problem => problem.Sentence);

    /// <summary>The tokens of a document.</summary>
    public static ImmutableArray<int> Encode(Tokenizer tokenizer, string text) => tokenizer.Document(text).OrThrow();
}
