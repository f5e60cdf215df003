using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The check of a matrix of parameters against guaranteed brackets, one for each derivative.</summary>
/// <param name="Definition">The name and size of the matrix.</param>
/// <param name="Widest">The width of the widest bracket.</param>
/// <param name="Silent">The number of brackets that say nothing, because they are too wide beside the largest derivative.</param>
/// <param name="Outside">The largest distance of a derivative from its bracket, in widths of the bracket.</param>
public sealed record BracketCheck(ParameterDefinition Definition, double Widest, int Silent, double Outside)
{
    /// <summary>Checks each matrix of a gradient. The brackets are those of <see cref="Bracket.Compute"/>.</summary>
    public static ImmutableArray<BracketCheck> Run(Bracket bracket, Gradient gradient)
    {
        var largest = Bounds.LargestSize(bracket.Gradient);
        var checks = ImmutableArray.CreateBuilder<BracketCheck>();
        var start = 0;
        foreach (var definition in gradient.Table.Definitions)
        {
            var brackets = bracket.Gradient.Slice(start, definition.Count);
            checks.Add(new(
                definition,
                brackets.Max(bounds => bounds.Width),
                brackets.Count(bounds => bounds.SayNothingOf(largest)),
                brackets.Zip(gradient.Values.Slice(start, definition.Count), Distance).Aggregate(0.0, Math.Max)));
            start += definition.Count;
        }
        return checks.ToImmutable();
    }

    private static double Distance(Bounds bounds, double derivative) =>
        bounds.Contains(derivative) ? 0 : Math.Max(bounds.Low - derivative, derivative - bounds.High) / bounds.Width;
}
