using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>
/// The smallest mutants: for each argument of each operation, its cotangent is a millionth too large; and one of the last digit.
/// </summary>
public static class OneInAMillion
{
    private const double Error = 1e-6;

    // The numbers differ, because the gradient of a softmax of equal numbers is zero.
    private static readonly Direction Numbers = new([1, 2, 3, -1, 0.5, -2, 5]);

    private static readonly BatchCase Sample =
        new(Lengths: [2, 1], Position: 0, new Heads(2, 2), HeadSize: 2, Vocabulary: 3, Draws: [0, 1, 2]);

    private static readonly ImmutableArray<Type> NotCovered = [typeof(RmsNorm), typeof(Attention), typeof(AttentionPullback)];

    /// <summary>The mutants. Operations whose derivative is zero everywhere are left out.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        .. from entry in Catalogue.All(Sample).DistinctBy(entry => entry.Operation.GetType())
           where entry.Operation is not (Pointwise<Step> or Pointwise<IsZero> or LargestOfGroups)
           from k in Enumerable.Range(0, entry.Arity)
           where entry.Operation is not ReluPullback || k > 0
           select Of(entry.Operation.GetType(), k),
        new("The scale there and back",
            "The cotangent of attention's scores is multiplied by √d and by 1/√d, each rounded. A tolerance allows what rounding may do.",
            "Jᵀ y⟩ is ",
            Kill.Of(nameof(ModularLaws.PullsBackByTheAdjoint), Of(typeof(Scores)),
                structure => ModularLaws.PullsBackByTheAdjoint(Mutation.Structure(structure, ThereAndBack), Numbers))),
    ];

    private static Mutant Of(Type operation, int k) => new(
        $"One in a million: {NameOf(operation)}, argument {k}",
        "The cotangent is too large by a factor of 1.000001: finite differences of a fixed step would not show it.",
        $"⟨v{k}, Jᵀ y⟩ is ",
        Kill.Of(nameof(StructureLaws.PullsBackByTheAdjointOfItsDerivative), Of(operation),
            structure => StructureLaws.PullsBackByTheAdjointOfItsDerivative(Nudged(structure, k), Numbers)) with
        {
            Exactly = NotCovered.Contains(operation) ? null : Kill.Of(nameof(ModularLaws.PullsBackByTheAdjoint), Of(operation),
                structure => ModularLaws.PullsBackByTheAdjoint(Nudged(structure, k), Numbers)),
        });

    private static Arbitrary<AnyStructure> Of(Type operation) => Structures.Of(
        batch => [.. Catalogue.All(batch).Where(entry => entry.Operation.GetType() == operation)],
        (batch, entry, shapes) => new AnyStructure(batch, entry, shapes));

    private static AnyStructure Nudged(AnyStructure structure, int k) => Mutation.Structure(structure, right => Nudged(right, k));

    private static string NameOf(Type operation) => operation.GetGenericArguments() is [var op] ? op.Name : operation.Name;

    private static WrongPullback Nudged(Operation right, int nudged) => new(right, (result, k, cotangent) =>
        right.Pullback(result, k, k == nudged ? cotangent * (1 + Error) : cotangent));

    private static WrongPullback ThereAndBack(Operation scores) => new(scores, (result, k, cotangent) =>
    {
        var d = ((Scores)scores).Heads.HeadDim(result.Arguments[0].Shape.Columns);
        return scores.Pullback(result, k, cotangent * Math.Sqrt(d) * Math.Pow(d, -0.5));
    });
}
