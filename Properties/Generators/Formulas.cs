using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>A formula in the gentle domain.</summary>
public sealed record Gentle(RandomFormula Formula);

/// <summary>A formula of one operation.</summary>
public sealed record Single(RandomFormula Formula);

/// <summary>A formula of one operation of the table.</summary>
public sealed record Atom(RandomFormula Formula);

/// <summary>Formulas of one to five leaves and up to sixty operations.</summary>
public static class Formulas
{
    /// <summary>Of all functions there are.</summary>
    public static Arbitrary<RandomFormula> Any { get; } = Of(Functions.Any, Domain.Wild);

    /// <summary>The same, gentle.</summary>
    public static Arbitrary<Gentle> Gentle { get; } =
        Arb.Convert(Of(Functions.Any, Domain.Gentle), formula => new Gentle(formula), gentle => gentle.Formula);

    /// <summary>A single function of the table.</summary>
    public static Arbitrary<Atom> Atom { get; } =
        Arb.Convert(Single(Gen.Elements(Functions.Table.AsEnumerable())), op => new Atom(op.Formula), atom => new Single(atom.Formula));

    /// <summary>A single one of these functions.</summary>
    public static Arbitrary<Single> Single(Gen<Function> functions) => Arb.From(
        from function in functions
        from point in Reals.Signed(1e-6, 1e2).ArrayOf(function.Arity)
        let formula = new RandomFormula([.. point], [new(function, [.. Enumerable.Range(0, function.Arity)])])
        where formula.IsIn(Domain.Wild)
        select new Single(formula),
        // Two arguments stay two.
        single =>
            from formula in Simpler(single.Formula, Domain.Wild)
            where formula.Point.Length == single.Formula.Point.Length
            select new Single(formula));

    /// <summary>Of these functions.</summary>
    public static Arbitrary<RandomFormula> Of(Gen<Function> functions, Domain domain)
    {
        // Arguments are as often recent nodes as any; so the last node depends on most of the others.
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

    // Operations that would leave the domain, a logarithm of a negative number for one, are passed over.
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

    /// <summary>Fewer nodes first, then simpler numbers.</summary>
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
