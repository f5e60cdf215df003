using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>The gradients of a few steps of training.</summary>
public sealed record GradientHistory(ImmutableArray<Gradient> Gradients)
{
    public override string ToString() =>
        string.Concat(Gradients.Select(g => FormattableString.Invariant($"\n  {string.Join(" ", g.Values.Take(3))} …")));
}

/// <summary>A small model, and a few documents with a pattern to learn.</summary>
public sealed record LearnableCase(GptCase Model)
{
    public override string ToString() => $"{Model}";
}

/// <summary>Generators of inputs of training: gradients, and models with documents.</summary>
public static class TrainingInputs
{
    private static readonly Configuration Smallest =
        Properties.Models.Configuration(nEmbd: 1, nHead: 1, nLayer: 1, blockSize: 1, vocabSize: 1);

    /// <summary>One to ten gradients of the smallest model, none of them negligible beside Adam's ε.</summary>
    public static Arbitrary<GradientHistory> Gradients { get; } = Arb.From(
        from steps in Gen.Choose(1, 10)
        from gradients in Reals.Signed(1e-6, 1e6).ArrayOf(Smallest.ParameterCount).ArrayOf(steps)
        select new GradientHistory([.. gradients.Select(g => new Gradient(Smallest.Table, [.. g]))]),
        history => history.Gradients.Length == 1 ? [] : [new(history.Gradients[..^1]), new([history.Gradients[0]])]);

    /// <summary>Models that differ only in their seed.</summary>
    public static Arbitrary<LearnableCase> Models { get; } = Arb.From(
        from seed in Gen.Choose(0, 1 << 20)
        select new LearnableCase(new(
            Properties.Models.Configuration(8, 2, 1, 6, 5), [[4, 0, 1, 0, 4], [4, 0, 1, 2, 4], [4, 3, 1, 0, 1, 4]], seed, scale: 1)));
}
