using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Text;

namespace MicroGpt.Properties;

/// <summary>A corpus of any Unicode characters.</summary>
public sealed record Texts(Corpus Corpus)
{
    /// <summary>One to five documents. A quarter of the characters are letters a to z.</summary>
    public static Arbitrary<Texts> Any { get; } = Arb.From(
        from documents in Gen.Choose(1, 5).SelectMany(count => Document.ArrayOf(count))
        select new Texts(new Corpus([.. documents])),
        texts => texts.Corpus.Documents is [var only]
            ? only.EnumerateRunes().Where(_ => only.EnumerateRunes().Count() > 1).Select(character => Of(character.ToString()))
            : texts.Corpus.Documents.Select(Of));

    public override string ToString() => string.Join(", ", Corpus.Documents.Select(Characters.Quote));

    private static Texts Of(string document) => new(new Corpus([document]));

    private static Gen<string> Document =>
        from characters in Gen.Choose(1, 12).SelectMany(count => Character.ArrayOf(count))
        select string.Concat(characters);

    // Surrogates, 0xD800 to 0xDFFF, are no Unicode scalars.
    private static Gen<Rune> Character => Gen.OneOf(
        Gen.Choose('a', 'z'), Gen.Choose(0, 0xD7FF), Gen.Choose(0xE000, 0xFFFF), Gen.Choose(0x10000, 0x10FFFF)).Select(i => new Rune(i));
}
