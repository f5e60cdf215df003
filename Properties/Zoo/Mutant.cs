using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A way to go wrong.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Wrong">What is wrong, in a sentence.</param>
/// <param name="Shows">How it shows: what the first trophy says.</param>
/// <param name="Kills">The laws that kill it.</param>
public sealed record Mutant(string Name, string Wrong, string Shows, params ImmutableArray<Kill> Kills)
{
    public override string ToString() => Name;
}

/// <summary>A law let loose on a beast.</summary>
/// <param name="Law">The name of the law.</param>
/// <param name="Counterexample">The counterexample, shrunk, and what the law complains of; nothing if the beast survives.</param>
public sealed record Kill(string Law, Func<string?> Counterexample)
{
    /// <summary>A hunt through any inputs.</summary>
    public static Kill Of<T>(string law, Arbitrary<T> inputs, Func<T, Property> holds) => new(law, () =>
        Refutation.Of(inputs, holds) is { } refutation ? $"{refutation.Counterexample}\n  {refutation.Complaint}" : null);

    /// <summary>A hunt for a wrong backward transformation through formulas of numbers, by complex step.</summary>
    public static Kill ThroughFormulas(Transformation backward) => Of(
        nameof(DerivativeLaws.Agrees), Formulas.Of(Functions.Any, Domain.Gentle),
        formula => DerivativeLaws.Agrees(formula, _ => formula.Gradient(backward), Oracles.ByComplexStep));

    /// <summary>A hunt for a wrong backward transformation through GPTs, by complex step of every parameter.</summary>
    public static Kill ThroughGpts(Transformation backward) => Of(
        nameof(GptLaws.IsTheOracle), Models.Small, model => GptLaws.IsTheOracle(model, backward.Engine, Oracles.ByComplexStep));

    /// <summary>A hunt for a wrong engine through GPTs, by any law of engines.</summary>
    public static Kill ThroughGpts(string law, Func<Gpt, Engine> engine, Func<GptCase, Func<Gpt, Engine>, Property> holds) =>
        Of(law, Models.Small, model => holds(model, engine));
}
