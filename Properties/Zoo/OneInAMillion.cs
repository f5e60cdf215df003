using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>The smallest mutants: for each argument of each operation, its cotangent is a millionth too large.</summary>
public static class OneInAMillion
{
    private const double Error = 1e-6;

    // The numbers differ, because the gradient of a softmax of equal numbers is zero.
    private static readonly Direction Numbers = new([1, 2, 3, -1, 0.5, -2, 5]);

    private static readonly BatchCase Sample =
        new(Lengths: [2, 1], Position: 0, new Heads(2, 2), HeadSize: 2, Vocabulary: 3, Draws: [0, 1, 2]);

    /// <summary>The mutants. Operations whose derivative is zero everywhere are left out.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        .. from entry in Catalogue.All(Sample).DistinctBy(entry => entry.Operation.GetType())
           where entry.Operation is not (Pointwise<Step> or Pointwise<IsZero> or LargestOfGroups)
           from k in Enumerable.Range(0, entry.Arity)
           where entry.Operation is not ReluPullback || k > 0
           select Of(entry.Operation.GetType(), k),
    ];

    private static Mutant Of(Type operation, int k) => new(
        $"One in a million: {NameOf(operation)}, argument {k}",
        "The cotangent is too large by a factor of 1.000001: finite differences of a fixed step would not show it.",
        $"⟨v{k}, Jᵀ y⟩ is ",
        Kill.Of(
            nameof(StructureLaws.PullsBackByTheAdjointOfItsDerivative),
            Structures.Of(
                batch => [.. Catalogue.All(batch).Where(entry => entry.Operation.GetType() == operation)],
                (batch, entry, shapes) => new AnyStructure(batch, entry, shapes)),
            structure => StructureLaws.PullsBackByTheAdjointOfItsDerivative(
                structure with { Entry = structure.Entry with { Operation = Nudged(structure.Entry.Operation, k) } }, Numbers)));

    private static string NameOf(Type operation) => operation.GetGenericArguments() is [var op] ? op.Name : operation.Name;

    private static WrongPullback Nudged(Operation right, int nudged) => new(right, (result, k, cotangent) =>
        right.Pullback(result, k, k == nudged ? cotangent * (1 + Error) : cotangent));
}
