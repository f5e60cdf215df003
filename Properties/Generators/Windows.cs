using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>The sizes of a model that sees a window of tokens, as that of Bengio et al. (2003) does.</summary>
/// <param name="Width">The columns of the embedding.</param>
/// <param name="Hidden">The number of hidden units.</param>
/// <param name="Window">The number of tokens that a position sees: its own, and those just before.</param>
/// <param name="BlockSize">The largest number of positions.</param>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="IsTied">True if the embedding is the last matrix, too: one variable, used several times.</param>
public sealed record WindowSizes(int Width, int Hidden, int Window, int BlockSize, int VocabSize, bool IsTied)
{
    /// <summary>The model. Its bias is a vector with a constant as its initializer.</summary>
    public LanguageModel Build()
    {
        ImmutableArray<IndexInput> before = [.. Enumerable.Range(1, Window - 1).Select(IndexInput.Before)];
        var first = new IndexInput("first row", (_, _) => 0);
        var (wte, bias) = (Parameter.Embedding("wte", VocabSize, Width), Parameter.Vector("bias", Hidden, 0.5));
        ImmutableArray<Parameter> weights = [.. Enumerable.Range(0, Window).Select(k => Parameter.Weight($"w{k}", Hidden, Width))];
        var hidden = before.Prepend(IndexInput.Tokens).Zip(weights, (token, w) => wte.Gather(token).Linear(w))
            .Aggregate(bias.Gather(first), (sum, term) => sum + term).Tanh();
        var head = Parameter.Weight("head", IsTied ? Width : VocabSize, Hidden);
        var logits = IsTied ? hidden.Linear(head).Linear(wte) : hidden.Linear(head);
        return LanguageModel.Of([wte, bias, .. weights, head], logits, BlockSize, [.. before, first]);
    }
}

/// <summary>A model that sees a window of tokens, with its parameters, and documents.</summary>
public sealed record WindowCase(WindowSizes Of, ImmutableArray<ImmutableArray<int>> Documents, int Seed, double Scale)
    : ModelCase(Of.Build(), Documents, Seed, Scale)
{
    protected override string Sizes => $"{Of}";
}

/// <summary>Models of any architecture.</summary>
public static class AnyModels
{
    /// <summary>Three GPTs in four, and one model that sees a window of tokens.</summary>
    public static Arbitrary<ModelCase> Any { get; } = Arb.From(
        Gen.Frequency((3, Models.Any.Generator.Select(gpt => (ModelCase)gpt)), (1, Windows.Select(window => (ModelCase)window))),
        model => model switch
        {
            GptCase gpt => Models.Any.Shrinker(gpt),
            WindowCase window => Simpler(window),
            _ => [],
        });

    private static Gen<WindowCase> Windows =>
        from width in Gen.Choose(1, 4)
        from hidden in Gen.Choose(1, 5)
        from window in Gen.Choose(1, 3)
        from block in Gen.Choose(1, 8)
        from vocabulary in Gen.Choose(2, 6)
        from isTied in Gen.Elements(false, true)
        from count in Gen.Choose(1, 3)
        from documents in Models.Document(block, vocabulary).ArrayOf(count)
        from seed in Gen.Choose(0, 1 << 20)
        from scale in Gen.Elements(1.0, 3.0, 10.0)
        select new WindowCase(new(width, hidden, window, block, vocabulary, isTied), [.. documents], seed, scale);

    private static IEnumerable<ModelCase> Simpler(WindowCase model)
    {
        var (documents, sizes) = (model.Documents, model.Of);
        if (sizes.Window > 1) yield return Sized(sizes with { Window = sizes.Window - 1 });
        if (sizes.Hidden > 1) yield return Sized(sizes with { Hidden = sizes.Hidden - 1 });
        if (sizes.Width > 1) yield return Sized(sizes with { Width = sizes.Width - 1 });
        if (sizes.IsTied) yield return Sized(sizes with { IsTied = false });
        foreach (var fewer in Models.Fewer(documents)) yield return model with { Documents = fewer };

        WindowCase Sized(WindowSizes smaller) => new(smaller, documents, model.Seed, model.Scale);
    }
}
