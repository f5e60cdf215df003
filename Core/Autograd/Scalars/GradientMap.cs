using System.Collections.ObjectModel;

namespace MicroGpt.Autograd;

/// <summary>A leaf that gradients are taken with respect to. It has a zero of its own kind and shape.</summary>
public interface IVariable<out T>
{
    /// <summary>The gradient, by this variable, of a result that does not depend on it.</summary>
    T Zero { get; }
}

/// <summary>
/// Takes each variable to its gradient. Gradient maps are a commutative monoid, pointwise sum and the empty map, which is what
/// makes a batch a sum and a parallel batch a regrouping. Variables are compared by reference.
/// </summary>
public sealed class GradientMap<TVariable, T>
    where TVariable : notnull, IVariable<T>
    where T : IReal<T>
{
    private readonly ReadOnlyDictionary<TVariable, T> gradients;

    /// <summary>The map of these gradients, one for each variable.</summary>
    public GradientMap(IEnumerable<KeyValuePair<TVariable, T>> gradients) =>
        this.gradients = new(new Dictionary<TVariable, T>(gradients));

    /// <summary>The gradient of a constant.</summary>
    public static GradientMap<TVariable, T> Empty { get; } = new([]);

    /// <summary>The variables that the result depends on.</summary>
    public IEnumerable<TVariable> Variables => gradients.Keys;

    /// <summary>A variable's gradient: zero if it was not reached.</summary>
    public T this[TVariable variable] => gradients.TryGetValue(variable, out var gradient) ? gradient : variable.Zero;

    /// <summary>The sum, variable by variable.</summary>
    public static GradientMap<TVariable, T> operator +(GradientMap<TVariable, T> f, GradientMap<TVariable, T> g)
    {
        var sum = new Dictionary<TVariable, T>(f.gradients);
        foreach (var (x, dg) in g.gradients) sum[x] = sum.TryGetValue(x, out var df) ? df + dg : dg;
        return new(sum);
    }

    /// <summary>Each variable and its gradient, of which an expression shows its last line.</summary>
    public override string ToString() =>
        Printing.Brief([.. gradients.Select(pair => $"{pair.Key} → {$"{pair.Value}".Split('\n')[^1]}")]);
}
