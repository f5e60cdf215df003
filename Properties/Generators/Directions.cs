using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace MicroGpt.Properties;

/// <summary>A direction to differentiate along, in however many dimensions: its numbers are used over again.</summary>
public sealed record Direction(ImmutableArray<double> Numbers)
{
    /// <summary>All ones: the simplest.</summary>
    public static Direction Ones { get; } = new([1]);

    /// <summary>The direction in so many dimensions.</summary>
    public ImmutableArray<double> Of(int dimensions) => [.. Enumerable.Range(0, dimensions).Select(i => Numbers[i % Numbers.Length])];

    /// <summary>The same without signs.</summary>
    public Direction Absolute => new([.. Numbers.Select(Math.Abs)]);

    public override string ToString() => FormattableString.Invariant($"({string.Join(", ", Numbers)})");
}

/// <summary>Directions.</summary>
public static class Directions
{
    // A prime, so that no matrix has rows of the same numbers.
    private const int Length = 61;

    /// <summary>Of numbers within an order of magnitude of one.</summary>
    public static Arbitrary<Direction> Any { get; } = Arb.From(
        from numbers in Reals.Signed(0.1, 10).ArrayOf(Length) select new Direction([.. numbers]),
        direction => direction == Direction.Ones ? [] : [Direction.Ones]);
}
