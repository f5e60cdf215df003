using System.Collections.Immutable;

namespace MicroGpt;

/// <summary>Equality of arrays by their items. A record compares an <see cref="ImmutableArray{T}"/> by reference.</summary>
internal static class ContentEquality
{
    /// <summary>True if two arrays have equal items in the same order.</summary>
    public static bool ContentEquals<T>(this ImmutableArray<T> x, ImmutableArray<T> y) => x.AsSpan().SequenceEqual(y.AsSpan());
}
