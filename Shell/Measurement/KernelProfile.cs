using System.Collections.Immutable;
using System.Diagnostics;
using MicroGpt.Compilation;
using static System.FormattableString;

namespace MicroGpt.Shell.Measurement;

/// <summary>The calls, the time and the floating-point operations per training step of all kernels with one name and shapes.</summary>
internal sealed record KernelTime(string Name, string Shapes, double Calls, double Microseconds, double Flops)
{
    /// <summary>Floating-point operations per nanosecond.</summary>
    public double GigaflopsPerSecond => Flops / Microseconds / 1e3;
}

/// <summary>A profile of training: where the time of a step goes, kernel by kernel.</summary>
internal static class KernelProfile
{
    /// <summary>
    /// Runs steps in pieces of equal length, and times each kernel by itself. The time of a kernel is that of its best piece, since other
    /// processes of the machine only add to it. One more piece before them is the warm-up.
    /// </summary>
    /// <param name="kernels">The kernels of each step.</param>
    /// <param name="first">The number of the first step.</param>
    /// <param name="pieces">The number of pieces.</param>
    /// <param name="steps">The number of steps in a piece.</param>
    public static ImmutableArray<KernelTime> Measure(Func<int, ImmutableArray<Kernel>> kernels, int first, int pieces, int steps)
    {
        MeasurePiece(kernels, first, steps);
        var times = Enumerable.Range(0, pieces).SelectMany(piece => MeasurePiece(kernels, first + piece * steps, steps)).ToArray();
        return
        [
            .. from time in times
               group time by (time.Name, time.Shapes) into of
               let best = of.Min(time => time.Microseconds)
               orderby best descending
               select new KernelTime(of.Key.Name, of.Key.Shapes, of.Average(time => time.Calls), best, of.Average(time => time.Flops)),
        ];
    }

    /// <summary>The profile as a table, with the sum in its last row.</summary>
    public static IEnumerable<string> Lines(ImmutableArray<KernelTime> times)
    {
        var sum = new KernelTime("sum", "", times.Sum(time => time.Calls), times.Sum(time => time.Microseconds),
            times.Sum(time => time.Flops));
        var (name, shapes) = (times.Max(time => time.Name.Length), times.Max(time => time.Shapes.Length));
        string Cells(string first, string second, params ReadOnlySpan<string> numbers) =>
            $"{first.PadRight(name)}  {second.PadRight(shapes)}  "
            + string.Join("  ", numbers.ToArray().Select(number => number.PadLeft(8)));

        return
        [
            Cells("kernel", "shapes", "calls", "us", "GFLOP/s", "share"),
            .. from time in times.Add(sum)
               select Cells(time.Name, time.Shapes,
                   Invariant($"{time.Calls:0.##}"), Invariant($"{time.Microseconds:F2}"),
                   time.Flops > 0 ? Invariant($"{time.GigaflopsPerSecond:F1}") : "-",
                   Invariant($"{100 * time.Microseconds / sum.Microseconds:F1}%")),
        ];
    }

    private static IEnumerable<KernelTime> MeasurePiece(Func<int, ImmutableArray<Kernel>> kernels, int first, int steps)
    {
        var found = new Dictionary<(string Name, string Shapes), (long Calls, long Ticks, long Flops)>();
        for (var step = first; step < first + steps; step++)
        {
            foreach (var kernel in kernels(step))
            {
                var began = Stopwatch.GetTimestamp();
                kernel.Run();
                var ticks = Stopwatch.GetTimestamp() - began;
                var key = (kernel.Name, kernel.FormatShapes());
                var before = found.GetValueOrDefault(key);
                found[key] = (before.Calls + 1, before.Ticks + ticks, before.Flops + kernel.CountFlops());
            }
        }
        return found.Select(pair => new KernelTime(
            pair.Key.Name, pair.Key.Shapes, (double)pair.Value.Calls / steps,
            pair.Value.Ticks * 1e6 / Stopwatch.Frequency / steps, (double)pair.Value.Flops / steps));
    }
}
