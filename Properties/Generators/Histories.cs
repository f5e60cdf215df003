using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>The gradients of a few steps of training.</summary>
public sealed record History(ImmutableArray<Parameters> Gradients)
{
    public override string ToString() =>
        string.Concat(Gradients.Select(g => FormattableString.Invariant($"\n  {string.Join(" ", g.Values.Take(3))} …")));
}

/// <summary>A small model, and a few documents that have something in common.</summary>
public sealed record Learner(GptCase Model)
{
    public override string ToString() => $"{Model}";
}

/// <summary>Gradients, and what to learn from.</summary>
public static class Histories
{
    private static readonly Configuration Smallest = Models.Configuration(nEmbd: 1, nHead: 1, nLayer: 1, blockSize: 1, vocabSize: 1);

    /// <summary>One to ten gradients of a model as small as there is, none of them tiny beside Adam's ε.</summary>
    public static Arbitrary<History> Any { get; } = Arb.From(
        from steps in Gen.Choose(1, 10)
        from gradients in Reals.Signed(1e-6, 1e6).ArrayOf(Smallest.ParameterCount).ArrayOf(steps)
        select new History([.. gradients.Select(g => new Parameters(Smallest, [.. g]))]),
        history => history.Gradients.Length == 1 ? [] : [new(history.Gradients[..^1]), new([history.Gradients[0]])]);

    /// <summary>Models that differ in their seed alone.</summary>
    public static Arbitrary<Learner> Learners { get; } = Arb.From(
        from seed in Gen.Choose(0, 1 << 20)
        select new Learner(new(
            Models.Configuration(8, 2, 1, 6, 5), [[4, 0, 1, 0, 4], [4, 0, 1, 2, 4], [4, 3, 1, 0, 1, 4]], seed, Scale: 1)));
}
