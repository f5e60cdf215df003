using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A formula whose numbers all lie in <see cref="Domain.Gentle"/>.</summary>
public sealed record GentleFormula(RandomFormula Formula);

/// <summary>A formula without powers of two variables.</summary>
public sealed record ExactFormula(RandomFormula Formula);

/// <summary>A formula of one operation.</summary>
public sealed record OneOperation(RandomFormula Formula);

/// <summary>A formula of one operation of the table.</summary>
public sealed record OneTableOperation(RandomFormula Formula);

/// <summary>Formulas of one to five leaves and up to sixty operations.</summary>
public static class Formulas
{
    /// <summary>Formulas of all functions.</summary>
    public static Arbitrary<RandomFormula> Any { get; } = Of(Functions.Any, Domain.Wild);

    /// <summary>Formulas of all functions in the gentle domain.</summary>
    public static Arbitrary<GentleFormula> Gentle { get; } =
        Arb.Convert(Of(Functions.Any, Domain.Gentle), formula => new GentleFormula(formula), gentle => gentle.Formula);

    /// <summary>Formulas of all functions but the power of two variables.</summary>
    public static Arbitrary<ExactFormula> Exact { get; } = Arb.Convert(
        Of(Functions.Any.Where(function => function is not Binary<Power>), Domain.Wild),
        formula => new ExactFormula(formula), exact => exact.Formula);

    /// <summary>One operation of the table.</summary>
    public static Arbitrary<OneTableOperation> OneTableOperation { get; } =
        Arb.Convert(
            OneOperation(Gen.Elements(Functions.Table.AsEnumerable())),
            operation => new OneTableOperation(operation.Formula),
            operation => new OneOperation(operation.Formula));

    /// <summary>One of the given functions, applied once.</summary>
    public static Arbitrary<OneOperation> OneOperation(Gen<Function> functions) => Arb.From(
        from function in functions
        from point in Reals.Signed(1e-6, 1e2).ArrayOf(function.Arity)
        let formula = new RandomFormula([.. point], [new(function, [.. Enumerable.Range(0, function.Arity)])])
        where formula.IsIn(Domain.Wild)
        select new OneOperation(formula),
        operation =>
            from formula in Simpler(operation.Formula, Domain.Wild)
            where formula.Point.Length == operation.Formula.Point.Length // two arguments stay two
            select new OneOperation(formula));

    /// <summary>Formulas of the given functions whose nodes all lie in a domain.</summary>
    public static Arbitrary<RandomFormula> Of(Gen<Function> functions, Domain domain)
    {
        // Half of the arguments are among the last three nodes, so that the last node depends on most others.
        var back = Gen.OneOf(Gen.Choose(0, 2), Gen.Choose(0, 64));
        var candidate = from function in functions from i in back from j in back select (function, i, j);
        return Arb.From(
            from leaves in Gen.Choose(1, 5)
            from point in Reals.Signed(1e-3, 1e3).ArrayOf(leaves)
            from count in Gen.Choose(1, 60)
            from candidates in candidate.ArrayOf(count)
            let formula = Grown(point, candidates, domain)
            where !formula.Calls.IsEmpty
            select formula,
            formula => Simpler(formula, domain));
    }

    // An operation whose result leaves the domain, such as the logarithm of a negative number, is skipped.
    private static RandomFormula Grown(double[] point, IEnumerable<(Function Function, int I, int J)> candidates, Domain domain)
    {
        var nodes = point.Select(x => new Amplified(x, 1)).ToList();
        var calls = ImmutableArray.CreateBuilder<Call>();
        foreach (var (function, i, j) in candidates)
        {
            ImmutableArray<int> arguments = [.. new[] { i, j }.Take(function.Arity).Select(back => Math.Max(0, nodes.Count - 1 - back))];
            var node = function.Apply<Amplified>([.. arguments.Select(k => nodes[k])]);
            if (!domain.Contains(node)) continue;
            nodes.Add(node);
            calls.Add(new(function, arguments));
        }
        return new([.. point], calls.ToImmutable());
    }

    // Shrinks to fewer nodes first, then to simpler numbers.
    private static IEnumerable<RandomFormula> Simpler(RandomFormula formula, Domain domain)
    {
        var (leaves, count) = (formula.Point.Length, formula.Point.Length + formula.Calls.Length);
        var used = formula.Calls.SelectMany(call => call.Arguments).ToHashSet();
        IEnumerable<RandomFormula> cut = Enumerable.Range(leaves, count - leaves - 1).Select(formula.UpTo);
        IEnumerable<RandomFormula> bridged =
            from node in Enumerable.Range(leaves, count - leaves)
            where formula.Calls.Length > 1
            from argument in formula.Calls[node - leaves].Arguments.Distinct()
            select formula.Without(node, argument);
        IEnumerable<RandomFormula> merged =
            from leaf in Enumerable.Range(0, leaves)
            where leaves > 1
            select formula.Without(leaf, leaf == 0 ? 1 : 0);
        IEnumerable<RandomFormula> simpler =
            from leaf in Enumerable.Range(0, leaves)
            where used.Contains(leaf)
            from x in Reals.Simpler(formula.Point[leaf])
            select formula with { Point = formula.Point.SetItem(leaf, x) };
        return cut.Concat(bridged).Concat(merged).Concat(simpler).Where(candidate => candidate.IsIn(domain));
    }
}
