using System.Collections.ObjectModel;

namespace MicroGpt.Autograd;

/// <summary>A leaf that gradients are taken with respect to.</summary>
public interface IVariable<out T>
{
    /// <summary>A zero of the variable's shape. It is the gradient of a result that does not depend on the variable.</summary>
    T Zero { get; }
}

/// <summary>
/// A map from variables to their gradients. Gradient maps are a commutative monoid under the sum, variable by variable; the empty
/// map is the identity. So the gradient of a batch is a sum, and threads may add its terms in groups. Variables are compared by reference.
/// </summary>
public sealed class GradientMap<TVariable, T>
    where TVariable : notnull, IVariable<T>
    where T : IReal<T>
{
    private readonly ReadOnlyDictionary<TVariable, T> gradients;

    /// <summary>The map of these gradients, one for each variable.</summary>
    public GradientMap(IEnumerable<KeyValuePair<TVariable, T>> gradients) =>
        this.gradients = new(new Dictionary<TVariable, T>(gradients));

    /// <summary>The empty map, which is the gradient of a constant.</summary>
    public static GradientMap<TVariable, T> Empty { get; } = new([]);

    /// <summary>The variables that the result depends on.</summary>
    public IEnumerable<TVariable> Variables => gradients.Keys;

    /// <summary>A variable's gradient; zero if the result does not depend on the variable.</summary>
    public T this[TVariable variable] => gradients.TryGetValue(variable, out var gradient) ? gradient : variable.Zero;

    /// <summary>Adds the gradients of each variable. A variable that only one map contains keeps its gradient.</summary>
    public static GradientMap<TVariable, T> operator +(GradientMap<TVariable, T> f, GradientMap<TVariable, T> g)
    {
        var sum = new Dictionary<TVariable, T>(f.gradients);
        foreach (var (x, dg) in g.gradients) sum[x] = sum.TryGetValue(x, out var df) ? df + dg : dg;
        return new(sum);
    }

    /// <summary>The first variables with their gradients. If a gradient prints as several lines, only the last line is shown.</summary>
    public override string ToString() =>
        Printing.Brief([.. gradients.Select(pair => $"{pair.Key} → {$"{pair.Value}".Split('\n')[^1]}")]);
}
