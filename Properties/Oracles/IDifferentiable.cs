using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A number computed from numbers, whatever their kind, and where its derivatives are asked for.</summary>
public interface IDifferentiable
{
    /// <summary>Where.</summary>
    ImmutableArray<double> Point { get; }

    /// <summary>f(x).</summary>
    T At<T>(ImmutableArray<T> x) where T : IEvaluated<T>;
}
