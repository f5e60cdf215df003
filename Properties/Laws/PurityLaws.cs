using System.Collections.Immutable;
using FsCheck;

namespace MicroGpt.Properties;

/// <summary>A pure computation gives the same result on every thread, any number of times.</summary>
public static class PurityLaws
{
    /// <summary>
    /// A computation gives the same numbers to the bit, repeatedly and from one, two and eight threads at once, and leaves its inputs
    /// unchanged.
    /// </summary>
    public static Property IsPure(Func<ImmutableArray<double>> compute, Func<string> inputs)
    {
        var (before, first) = (inputs(), compute());
        return Verdict.NoneOf(
        [
            .. from threads in (int[])[1, 2, 8]
               from result in AtOnce(threads, compute)
               where !result.SequenceEqual(first, Bits)
               select $"another result with {threads} threads",
            .. inputs() == before ? (string[])[] : ["its inputs were changed"],
        ]);
    }

    /// <summary>The shortest text that reads back as the same numbers.</summary>
    public static string Text(IEnumerable<double> numbers) =>
        string.Join(" ", numbers.Select(x => FormattableString.Invariant($"{x:R}")));

    private static readonly IEqualityComparer<double> Bits = EqualityComparer<double>.Create(Verdict.SameBits);

    private static ImmutableArray<T> AtOnce<T>(int threads, Func<T> compute)
    {
        var results = new T[threads];
        using var start = new Barrier(threads);
        var running = Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            results[i] = compute();
        })).ToArray();
        foreach (var thread in running) thread.Start();
        foreach (var thread in running) thread.Join();
        return [.. results];
    }
}
