using System.Collections.Immutable;
using System.Text;
using LanguageExt;

namespace MicroGpt.Text;

/// <summary>Encodes text as integers, and decodes it. The id of a character is its index in the alphabet.</summary>
public sealed class Tokenizer
{
    private const int Unknown = -1;
    private const int MaxCodePoint = 0x10FFFF;

    private readonly bool hasBos;

    /// <summary>
    /// The tokenizer of an alphabet: that of documents has BOS, that of running text has none. An <see cref="ArgumentException"/> is thrown
    /// if the code points do not ascend.
    /// </summary>
    public Tokenizer(ImmutableArray<Rune> alphabet, bool hasBos = true)
    {
        if (Enumerable.Range(0, alphabet.Length).Any(i => i > 0 && alphabet[i - 1] >= alphabet[i]))
            throw new ArgumentException("An alphabet stands in code point order and names no character twice.", nameof(alphabet));
        (Alphabet, this.hasBos) = (alphabet, hasBos);
    }

    /// <summary>The characters, in code point order.</summary>
    public ImmutableArray<Rune> Alphabet { get; }

    /// <summary>The token that begins and ends a document. Its id is the number of characters. Running text has none.</summary>
    public Option<int> Bos => hasBos ? Alphabet.Length : Option<int>.None;

    /// <summary>
    /// The token that generation starts from without a prompt: BOS; of running text, the line end if the alphabet has one, else the first
    /// character.
    /// </summary>
    public int Start => hasBos ? Alphabet.Length : Math.Max(0, Alphabet.BinarySearch(new Rune('\n')));

    /// <summary>The number of tokens: the characters, and BOS if there is one.</summary>
    public int VocabSize => Alphabet.Length + (hasBos ? 1 : 0);

    /// <summary>The tokenizer of the characters that occur in a corpus.</summary>
    public static Tokenizer Of(Corpus corpus)
    {
        var known = new bool[MaxCodePoint + 1]; // An array of flags is faster than a set, and its indices ascend.
        foreach (var document in corpus.Documents)
            foreach (var character in document.EnumerateRunes())
                known[character.Value] = true;
        return new([.. Enumerable.Range(0, known.Length).Where(i => known[i]).Select(i => new Rune(i))], !corpus.Split.IsRunningText);
    }

    /// <summary>The ids of a text's characters, or a problem that names the first character outside the alphabet.</summary>
    public Either<Problem, ImmutableArray<int>> Encode(string text)
    {
        var ids = ImmutableArray.CreateBuilder<int>(text.Length); // a text may fill much memory
        foreach (var codePoint in text.CodePoints()) ids.Add(Id(codePoint));
        var unknown = ids.IndexOf(Unknown);
        return unknown < 0 ? ids.DrainToImmutable() : UnknownCharacter(text, unknown);
    }

    /// <summary>The tokens of a document: BOS, its characters, BOS. Running text has its characters only.</summary>
    public Either<Problem, ImmutableArray<int>> Document(string text) =>
        Encode(text).Map(ids => (ImmutableArray<int>)[.. Bos, .. ids, .. Bos]);

    /// <summary>The text of the ids. BOS is left out.</summary>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length);
        foreach (var id in ids)
            if (id < Alphabet.Length) text.Append(Alphabet[id]);
        return text.ToString();
    }

    public override string ToString() => $"{VocabSize} tokens: {Printing.Brief(Alphabet)}{(hasBos ? ", BOS" : "")}";

    private int Id(int codePoint) =>
        Rune.TryCreate(codePoint, out var character) ? Math.Max(Unknown, Alphabet.BinarySearch(character)) : Unknown;

    private Problem UnknownCharacter(string text, int index)
    {
        var codePoint = text.CodePoints().ElementAt(index);
        return new($"Character {index + 1} of {text.Quote()} is {Characters.Show(codePoint)} (U+{codePoint:X4}), "
            + $"which the alphabet lacks; use only {string.Concat(Alphabet).Quote()}.");
    }
}
