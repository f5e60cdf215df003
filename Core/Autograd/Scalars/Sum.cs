namespace MicroGpt.Autograd;

/// <summary>Sums as the Python original computes them: a sum starts at 0, and the terms are added from left to right.</summary>
public static class Sum
{
    /// <summary>Σ term(i) for i from start to end - 1.</summary>
    public static T Of<T>(int start, int end, Func<int, T> term) where T : IReal<T>
    {
        var sum = T.Constant(0);
        for (var i = start; i < end; i++) sum += term(i);
        return sum;
    }

    /// <summary>Σ x·y, where (x, y) = factors(i), for i from start to end - 1.</summary>
    public static T OfProducts<T>(int start, int end, Func<int, (T X, T Y)> factors) where T : IReal<T>
    {
        var sum = T.Constant(0);
        for (var i = start; i < end; i++)
        {
            var (x, y) = factors(i);
            sum = T.Accumulate(sum, x, y);
        }
        return sum;
    }

    /// <summary>The sum of the terms, added in their order.</summary>
    public static T Of<T>(IEnumerable<T> terms) where T : IReal<T> => terms.Aggregate(T.Constant(0), (sum, term) => sum + term);
}

public partial interface IReal<T>
{
    /// <summary>sum + x·y, one step of a sum of products. In a graph of numbers, the step is one node instead of two.</summary>
    static virtual T Accumulate(T sum, T x, T y) => sum + x * y;
}
