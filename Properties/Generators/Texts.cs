using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Text;

namespace MicroGpt.Properties;

/// <summary>Corpora of any characters that Unicode has.</summary>
public static class Texts
{
    /// <summary>One to five documents, of letters as often as of anything else.</summary>
    public static Arbitrary<Corpus> Any { get; } = Arb.From(
        from documents in Document.ArrayOf(1, 5)
        select new Corpus([.. documents]),
        corpus => corpus.Documents.Length == 1 ? [] : corpus.Documents.Select(document => new Corpus([document])));

    private static Gen<string> Document =>
        from characters in Character.ArrayOf(1, 12)
        select string.Concat(characters);

    // A Rune is a Unicode scalar: the surrogates in between are none.
    private static Gen<Rune> Character => Gen.OneOf(
        Gen.Choose('a', 'z'), Gen.Choose(0, 0xD7FF), Gen.Choose(0xE000, 0xFFFF), Gen.Choose(0x10000, 0x10FFFF)).Select(i => new Rune(i));

    private static Gen<T[]> ArrayOf<T>(this Gen<T> item, int least, int most) =>
        from count in Gen.Choose(least, most) from items in item.ArrayOf(count) select items;
}
