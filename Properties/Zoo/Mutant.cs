using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A plausible bug, and the laws that find it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Wrong">The bug, in a sentence.</param>
/// <param name="Shows">A text that the first counterexample contains.</param>
/// <param name="Kills">The laws that kill it.</param>
public sealed record Mutant(string Name, string Wrong, string Shows, params ImmutableArray<Kill> Kills)
{
    /// <summary>Kills by a law of exact arithmetic, in addition to <see cref="Kills"/>.</summary>
    public IEnumerable<Kill> Exactly => Kills.Select(kill => kill.Exactly).OfType<Kill>();

    /// <summary>True if a law of exact arithmetic kills the mutant, without any tolerance.</summary>
    public bool DiesExactly => Exactly.Any() || Kills.Any(kill => typeof(ModularLaws).GetMethod(kill.Law) is not null);

    public override string ToString() => Name;
}

/// <summary>A law put to a mutant.</summary>
/// <param name="Law">The name of the law.</param>
/// <param name="Counterexample">The counterexample, shrunk, and the complaint of the law; null if the mutant survives.</param>
public sealed record Kill(string Law, Func<string?> Counterexample)
{
    /// <summary>The same mutant put to a law of exact arithmetic; null if it is none of a pass or an adjoint.</summary>
    public Kill? Exactly { get; init; }

    /// <summary>A law put to a mutant on generated inputs.</summary>
    public static Kill Of<T>(string law, Arbitrary<T> inputs, Func<T, Property> holds) => new(law, () =>
        Refutation.Of(inputs, holds) is { } refutation ? $"{refutation.Counterexample}\n  {refutation.Complaint}" : null);

    /// <summary>A wrong backward transformation on formulas of numbers, against the complex step.</summary>
    public static Kill ThroughFormulas(Transformation backward) => Of(
        nameof(DerivativeLaws.Agrees), Formulas.Of(Functions.Any, Domain.Gentle),
        formula => DerivativeLaws.Agrees(formula, _ => formula.Gradient(backward), Oracles.ByComplexStep));

    /// <summary>A wrong pass on formulas of numbers, against the complex step, and in exact arithmetic.</summary>
    public static Kill ThroughPasses(Transformation backward) => ThroughFormulas(backward) with
    {
        Exactly = Of(nameof(ModularLaws.HasOneGradient), Formulas.Of(Functions.Any, Domain.Gentle),
            f => ModularLaws.HasOneGradient(Expressed.Of(f), Direction.Ones, backward)),
    };

    /// <summary>A wrong backward transformation on GPTs, against the complex step of every parameter.</summary>
    public static Kill ThroughGpts(Transformation backward) => Of(
        nameof(GptLaws.IsTheOracle), Models.Small, model => GptLaws.IsTheOracle(model, backward.Engine, Oracles.ByComplexStep));

    /// <summary>A wrong adjoint on GPTs, against the complex step of every parameter, and in exact arithmetic.</summary>
    public static Kill ThroughAdjoints(Transformation backward) => ThroughGpts(backward) with { Exactly = ExactlyThroughGpts(backward) };

    /// <summary>A wrong adjoint on GPTs, by a law of engines, and in exact arithmetic.</summary>
    public static Kill ThroughAdjoints(string law, Transformation backward, Func<GptCase, EngineOf, Property> holds) =>
        ThroughGpts(law, backward.Engine, holds) with { Exactly = ExactlyThroughGpts(backward) };

    /// <summary>A wrong backward transformation on GPTs, in exact arithmetic.</summary>
    public static Kill ExactlyThroughGpts(Transformation backward) => Of(
        nameof(ModularLaws.HasOneGradient), Models.Small,
        model => ModularLaws.HasOneGradient(Expressed.Of(model), Direction.Ones, backward));

    /// <summary>A wrong engine on GPTs, by a law of engines.</summary>
    public static Kill ThroughGpts(string law, EngineOf engine, Func<GptCase, EngineOf, Property> holds) =>
        Of(law, Models.Small, model => holds(model, engine));
}
