using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>A direction to differentiate along, in any number of dimensions: its numbers are repeated.</summary>
public sealed record Direction(ImmutableArray<double> Numbers)
{
    /// <summary>All ones: the simplest.</summary>
    public static Direction Ones { get; } = new([1]);

    /// <summary>The direction in a number of dimensions.</summary>
    public ImmutableArray<double> Of(int dimensions) => [.. Enumerable.Range(0, dimensions).Select(i => Numbers[i % Numbers.Length])];

    /// <summary>The absolute values of the numbers.</summary>
    public Direction Absolute => new([.. Numbers.Select(Math.Abs)]);

    public override string ToString() => FormattableString.Invariant($"({string.Join(", ", Numbers)})");
}

/// <summary>Generators of directions.</summary>
public static class Directions
{
    // A prime, so that no matrix has rows of the same numbers.
    private const int Length = 61;

    /// <summary>Directions of numbers within an order of magnitude of one.</summary>
    public static Arbitrary<Direction> Any { get; } = Arb.From(
        from numbers in Reals.Signed(0.1, 10).ArrayOf(Length) select new Direction([.. numbers]),
        direction => direction == Direction.Ones ? [] : [Direction.Ones]);
}
