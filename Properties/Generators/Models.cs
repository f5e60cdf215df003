using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>A small GPT with its parameters, and documents of tokens, BOS at both ends.</summary>
public sealed record GptCase(Configuration Configuration, ImmutableArray<ImmutableArray<int>> Documents, int Seed)
{
    /// <summary>Its parameters, drawn as those of any model are.</summary>
    public Parameters Parameters => Parameters.Draw(Configuration, PythonRandom.Seed(Seed)).Value;

    /// <summary>Its documents, packed.</summary>
    public Inputs Batch => Model.Batch.Of(Configuration.BlockSize, Documents.AsSpan());

    public override string ToString() =>
        $"\n  {Configuration}, seed {Seed}{string.Concat(Documents.Select(document => $"\n  {string.Join(" ", document)}"))}";
}

/// <summary>Small GPTs.</summary>
public static class Models
{
    /// <summary>One to three layers, one to four heads, one to sixteen positions, one to four documents.</summary>
    public static Arbitrary<GptCase> Any { get; } = Arb.From(
        from layers in Gen.Choose(1, 3)
        from heads in Gen.Choose(1, 4)
        from headSize in Gen.Choose(1, 3)
        from block in Gen.Choose(1, 16)
        from vocabulary in Gen.Choose(2, 8)
        from count in Gen.Choose(1, 4)
        from documents in Document(block, vocabulary).ArrayOf(count)
        from seed in Gen.Choose(0, 1 << 20)
        select new GptCase(Configuration(heads * headSize, heads, layers, block, vocabulary), [.. documents], seed),
        Simpler);

    // BOS is the last token.
    private static Gen<ImmutableArray<int>> Document(int block, int vocabulary) =>
        from length in Gen.Choose(0, block)
        from tokens in Gen.Choose(0, vocabulary - 2).ArrayOf(length)
        select ImmutableArray.Create([vocabulary - 1, .. tokens, vocabulary - 1]);

    private static Configuration Configuration(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize) =>
        Model.Configuration.Create(nEmbd, nHead, nLayer, blockSize, vocabSize).Match(
            Succ: configuration => configuration,
            Fail: problems => throw new InvalidOperationException($"{problems}"));

    private static IEnumerable<GptCase> Simpler(GptCase model)
    {
        var (documents, c) = (model.Documents, model.Configuration);
        if (c.NLayer > 1) yield return Sized(c.NEmbd, c.NHead, c.NLayer - 1);
        if (c.NHead > 1) yield return Sized(c.HeadDim, 1, c.NLayer);
        if (c.HeadDim > 1) yield return Sized(c.NHead, c.NHead, c.NLayer);
        for (var d = 0; d < documents.Length; d++)
        {
            if (documents.Length > 1) yield return model with { Documents = documents.RemoveAt(d) };
            if (documents[d].Length > 2) yield return model with { Documents = documents.SetItem(d, documents[d].RemoveAt(1)) };
        }

        GptCase Sized(int nEmbd, int nHead, int nLayer) =>
            model with { Configuration = Configuration(nEmbd, nHead, nLayer, c.BlockSize, c.VocabSize) };
    }
}
