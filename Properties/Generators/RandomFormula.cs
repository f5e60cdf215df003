using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A function applied to earlier nodes of a formula.</summary>
public sealed record Call(Function Function, ImmutableArray<int> Arguments);

/// <summary>
/// A formula as data: leaves with values, and calls whose arguments are earlier nodes, which may be shared. Its value is that of its
/// last node.
/// </summary>
public sealed record RandomFormula(ImmutableArray<double> Point, ImmutableArray<Call> Calls) : IDifferentiable
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

    /// <summary>True if a power with a variable exponent has the base 0.</summary>
    public bool HasPowerOfZero
    {
        get
        {
            var nodes = Nodes([.. Point.Select(x => new Real(x))]);
            return Calls.Any(call => call.Function is Binary<Power> && nodes[call.Arguments[0]].Plain == 0);
        }
    }

    /// <summary>The formula up to a node that is no leaf.</summary>
    public RandomFormula UpTo(int node) => this with { Calls = Calls[..(node - Point.Length + 1)] };

    /// <summary>A function of the formula's value.</summary>
    public RandomFormula Then(Function function) => this with { Calls = Calls.Add(new(function, [Point.Length + Calls.Length - 1])) };

    /// <summary>The same formula of the leaves in reverse order.</summary>
    public RandomFormula WithLeavesReversed()
    {
        int Moved(int i) => i < Point.Length ? Point.Length - 1 - i : i;

        return new([.. Point.Reverse()], [.. Calls.Select(call => call with { Arguments = [.. call.Arguments.Select(Moved)] })]);
    }

    /// <summary>The formula without a node. A call that used the node uses the stand-in instead.</summary>
    public RandomFormula Without(int node, int standIn)
    {
        int Moved(int i) => i == node ? Moved(standIn) : i > node ? i - 1 : i;

        var calls = Calls.Select(call => call with { Arguments = [.. call.Arguments.Select(Moved)] }).ToImmutableArray();
        return node < Point.Length
            ? new(Point.RemoveAt(node), calls)
            : new(Point, calls.RemoveAt(node - Point.Length));
    }

    /// <summary>True if every node lies within a domain.</summary>
    public bool IsIn(Domain domain) => Nodes([.. Point.Select(x => new Amplified(x, 1))]).All(domain.Contains);

    public override string ToString() => string.Concat(
        Point.Select((x, i) => FormattableString.Invariant($"\n  %{i} = {x:R}")).Concat(
        Calls.Select((call, i) => $"\n  %{Point.Length + i} = {call.Function} {string.Join(" ", call.Arguments.Select(k => $"%{k}"))}")));
}

/// <summary>Bounds of nodes: |x| is 0 or between 1/largest and largest; the amplification is 0 or at least 1e-30, and limited.</summary>
public readonly record struct Domain(double Largest, double LargestAmplification)
{
    // Far out, a sigmoid or tanh is so flat that the square of its derivative, times the complex step, underflows.
    private const double SmallestAmplification = 1e-30;

    /// <summary>Numbers that double precision computes with safely.</summary>
    public static Domain Wild { get; } = new(1e30, 1e100);

    /// <summary>Numbers near one, for which finite differences keep some of their sixteen digits.</summary>
    public static Domain Gentle { get; } = new(1e3, 1e4);

    public bool Contains(Amplified x) =>
        x.Amplification is 0 or >= SmallestAmplification && x.Amplification <= LargestAmplification
        && (x.Plain == 0 || (Math.Abs(x.Plain) <= Largest && Math.Abs(x.Plain) >= 1 / Largest));
}
