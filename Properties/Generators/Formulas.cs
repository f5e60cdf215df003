using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A function applied to earlier nodes of a formula.</summary>
public sealed record Call(Function Function, ImmutableArray<int> Arguments);

/// <summary>
/// A formula as data: leaves with their values, and functions applied to whatever stands before them, shared or not. Its value is
/// that of its last node.
/// </summary>
public sealed record Formula(ImmutableArray<double> Point, ImmutableArray<Call> Calls) : IDifferentiable
{
    /// <summary>Every node at any kind of number, the leaves first.</summary>
    public ImmutableArray<T> Nodes<T>(ImmutableArray<T> x) where T : IReal<T>
    {
        var nodes = ImmutableArray.CreateBuilder<T>();
        nodes.AddRange(x);
        foreach (var call in Calls) nodes.Add(call.Function.Apply<T>([.. call.Arguments.Select(i => nodes[i])]));
        return nodes.ToImmutable();
    }

    public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> => Nodes(x)[^1];

    /// <summary>The formula up to a node that is no leaf.</summary>
    public Formula UpTo(int node) => this with { Calls = Calls[..(node - Point.Length + 1)] };

    /// <summary>A function of the formula's value.</summary>
    public Formula Then(Function function) => this with { Calls = Calls.Add(new(function, [Point.Length + Calls.Length - 1])) };

    /// <summary>The same formula of the leaves in reverse order.</summary>
    public Formula WithLeavesReversed()
    {
        int Moved(int i) => i < Point.Length ? Point.Length - 1 - i : i;

        return new([.. Point.Reverse()], [.. Calls.Select(call => call with { Arguments = [.. call.Arguments.Select(Moved)] })]);
    }

    /// <summary>The formula without a node: whoever used it uses an earlier one, or if it was the first, the next.</summary>
    public Formula Without(int node, int standIn)
    {
        int Moved(int i) => i == node ? Moved(standIn) : i > node ? i - 1 : i;

        var calls = Calls.Select(call => call with { Arguments = [.. call.Arguments.Select(Moved)] }).ToImmutableArray();
        return node < Point.Length
            ? new(Point.RemoveAt(node), calls)
            : new(Point, calls.RemoveAt(node - Point.Length));
    }

    /// <summary>Whether every node lies within a domain.</summary>
    public bool IsIn(Domain domain) => Nodes([.. Point.Select(x => new Amplified(x, 1))]).All(domain.Contains);

    public override string ToString() => string.Concat(
        Point.Select((x, i) => FormattableString.Invariant($"\n  %{i} = {x:R}")).Concat(
        Calls.Select((call, i) => $"\n  %{Point.Length + i} = {call.Function} {string.Join(" ", call.Arguments.Select(k => $"%{k}"))}")));
}

/// <summary>How large numbers may become, how small if they are not zero, and how much a disturbance may have grown.</summary>
public readonly record struct Domain(double Largest, double LargestAmplification)
{
    public bool Contains(Amplified x) =>
        x.Amplification <= LargestAmplification && (x.Plain == 0 || (Math.Abs(x.Plain) <= Largest && Math.Abs(x.Plain) >= 1 / Largest));
}

/// <summary>A formula whose numbers and derivatives are neither large nor small.</summary>
public sealed record Gentle(Formula Formula);

/// <summary>A formula of one operation.</summary>
public sealed record Single(Formula Formula);

/// <summary>A formula of one operation of the table.</summary>
public sealed record Atom(Formula Formula);

/// <summary>Formulas of one to five leaves and up to sixty operations.</summary>
public static class Formulas
{
    /// <summary>Of all functions there are, as wild as double precision bears.</summary>
    public static Arbitrary<Formula> Any { get; } = Of(Functions.Any, new(1e30, 1e100));

    /// <summary>The same, so gentle that differences of their values tell something: those have but sixteen digits to lose.</summary>
    public static Arbitrary<Gentle> Gentle { get; } =
        Arb.Convert(Of(Functions.Any, new(1e3, 1e4)), formula => new Gentle(formula), gentle => gentle.Formula);

    /// <summary>A single function of the table.</summary>
    public static Arbitrary<Atom> Atom { get; } =
        Arb.Convert(Single(Gen.Elements(Functions.Table.AsEnumerable())), single => new Atom(single.Formula), atom => new Single(atom.Formula));

    /// <summary>A single one of these functions.</summary>
    public static Arbitrary<Single> Single(Gen<Function> functions)
    {
        var domain = new Domain(1e30, 1e100);
        return Arb.From(
            from function in functions
            from point in Reals.Signed(1e-6, 1e2).ArrayOf(function.Arity)
            let formula = new Formula([.. point], [new(function, [.. Enumerable.Range(0, function.Arity)])])
            where formula.IsIn(domain)
            select new Single(formula),
            // Two arguments stay two.
            single => Simpler(single.Formula, domain).Where(formula => formula.Point.Length == single.Formula.Point.Length).Select(formula => new Single(formula)));
    }

    /// <summary>Of these functions.</summary>
    public static Arbitrary<Formula> Of(Gen<Function> functions, Domain domain)
    {
        // Arguments are as often recent nodes as any; so the last node depends on most of the others.
        var back = Gen.OneOf(Gen.Choose(0, 2), Gen.Choose(0, 64));
        var candidate = from function in functions from i in back from j in back select (function, i, j);
        return Arb.From(
            from leaves in Gen.Choose(1, 5)
            from point in Reals.Signed(1 / Math.Min(domain.Largest, 1e3), Math.Min(domain.Largest, 1e3)).ArrayOf(leaves)
            from count in Gen.Choose(1, 60)
            from candidates in candidate.ArrayOf(count)
            let formula = Grown(point, candidates, domain)
            where !formula.Calls.IsEmpty
            select formula,
            formula => Simpler(formula, domain));
    }

    // Operations that would leave the domain, a logarithm of a negative number for one, are passed over.
    private static Formula Grown(double[] point, IEnumerable<(Function Function, int I, int J)> candidates, Domain domain)
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
    private static IEnumerable<Formula> Simpler(Formula formula, Domain domain)
    {
        var (leaves, count) = (formula.Point.Length, formula.Point.Length + formula.Calls.Length);
        var used = formula.Calls.SelectMany(call => call.Arguments).ToHashSet();
        IEnumerable<Formula> cut = Enumerable.Range(leaves, count - leaves - 1).Select(formula.UpTo);
        IEnumerable<Formula> bridged =
            from node in Enumerable.Range(leaves, count - leaves)
            where formula.Calls.Length > 1
            from argument in formula.Calls[node - leaves].Arguments.Distinct()
            select formula.Without(node, argument);
        IEnumerable<Formula> merged =
            from leaf in Enumerable.Range(0, leaves)
            where leaves > 1
            select formula.Without(leaf, leaf == 0 ? 1 : 0);
        IEnumerable<Formula> simpler =
            from leaf in Enumerable.Range(0, leaves)
            where used.Contains(leaf)
            from x in Reals.Simpler(formula.Point[leaf])
            select formula with { Point = formula.Point.SetItem(leaf, x) };
        return cut.Concat(bridged).Concat(merged).Concat(simpler)
            .Where(candidate => candidate.IsIn(domain));
    }
}
