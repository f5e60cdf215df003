using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>A GPT with its parameters, and documents.</summary>
public sealed record GptCase(Gpt Gpt, ImmutableArray<ImmutableArray<int>> Documents, int Seed, double Scale)
    : ModelCase(Gpt.Model, Documents, Seed, Scale)
{
    /// <summary>A GPT of a configuration, its parameters drawn by a seed and times a scale.</summary>
    public GptCase(Configuration configuration, ImmutableArray<ImmutableArray<int>> documents, int seed, double scale)
        : this(new Gpt(configuration), documents, seed, scale)
    {
    }

    /// <summary>The sizes of the model.</summary>
    public Configuration Configuration => Gpt.Configuration;

    protected override string Sizes => $"{Configuration}";
}

/// <summary>A GPT of the default configuration.</summary>
public sealed record DefaultModel(GptCase Model)
{
    public override string ToString() => $"{Model}";
}

/// <summary>GPTs.</summary>
public static class Models
{
    /// <summary>One to three layers, one to four heads, one to sixteen positions, two to eight tokens, one to three documents.</summary>
    public static Arbitrary<GptCase> Any { get; } = Of(3, 4, 16, 8);

    /// <summary>One layer, one or two heads, one to four positions, two to four tokens: counterexamples that are easy to read.</summary>
    public static Arbitrary<GptCase> Small { get; } = Of(1, 2, 4, 4);

    /// <summary>The default configuration with one short document: an oracle can differentiate by each of its 4,192 parameters.</summary>
    public static Arbitrary<DefaultModel> Default { get; } = Arb.From(
        from letters in Gen.Choose(0, 25).ArrayOf(3)
        from seed in Gen.Choose(0, 1 << 20)
        select new DefaultModel(new(Configuration(16, 4, 1, 16, 27), [[26, .. letters, 26]], seed, scale: 1)));

    private static Arbitrary<GptCase> Of(int mostLayers, int mostHeads, int largestBlock, int mostTokens) => Arb.From(
        from layers in Gen.Choose(1, mostLayers)
        from heads in Gen.Choose(1, mostHeads)
        from headSize in Gen.Choose(1, heads > 2 ? 2 : 3)
        from block in Gen.Choose(1, largestBlock)
        from vocabulary in Gen.Choose(2, mostTokens)
        from count in Gen.Choose(1, 3)
        from documents in Document(block, vocabulary).ArrayOf(count)
        from seed in Gen.Choose(0, 1 << 20)
        from scale in Gen.Elements(1.0, 3.0, 10.0)
        select new GptCase(Configuration(heads * headSize, heads, layers, block, vocabulary), [.. documents], seed, scale),
        Simpler);

    /// <summary>The configuration of valid sizes.</summary>
    public static Configuration Configuration(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize) =>
        Model.Configuration.Create(nEmbd, nHead, nLayer, blockSize, vocabSize).Match(
            Succ: configuration => configuration,
            Fail: problems => throw new InvalidOperationException($"{problems}"));

    /// <summary>Documents of at most block_size tokens between two BOS, which is the last token of the vocabulary.</summary>
    public static Gen<ImmutableArray<int>> Document(int block, int vocabulary) =>
        from length in Gen.Choose(0, block)
        from tokens in Gen.Choose(0, vocabulary - 2).ArrayOf(length)
        select ImmutableArray.Create([vocabulary - 1, .. tokens, vocabulary - 1]);

    /// <summary>The documents without one of them, and with one of them shorter by a token.</summary>
    public static IEnumerable<ImmutableArray<ImmutableArray<int>>> Fewer(ImmutableArray<ImmutableArray<int>> documents)
    {
        for (var d = 0; d < documents.Length; d++)
        {
            if (documents.Length > 1) yield return documents.RemoveAt(d);
            if (documents[d].Length > 2) yield return documents.SetItem(d, documents[d].RemoveAt(1));
        }
    }

    private static IEnumerable<GptCase> Simpler(GptCase model)
    {
        var (documents, c) = (model.Documents, model.Configuration);
        if (c.NLayer > 1) yield return Sized(c.NEmbd, c.NHead, c.NLayer - 1);
        // rmsnorm of a row of one number leaves only its sign, so n_embd stays at least 2.
        if (c.NHead > 1 && c.HeadDim > 1) yield return Sized(c.HeadDim, 1, c.NLayer);
        if (c.NEmbd - c.NHead > 1) yield return Sized(c.NEmbd - c.NHead, c.NHead, c.NLayer);
        foreach (var fewer in Fewer(documents)) yield return model with { Documents = fewer };

        GptCase Sized(int nEmbd, int nHead, int nLayer) =>
            new(Configuration(nEmbd, nHead, nLayer, c.BlockSize, c.VocabSize), documents, model.Seed, model.Scale);
    }
}
