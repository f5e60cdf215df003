using System.Globalization;

namespace MicroGpt.Reports;

/// <summary>An axis of a chart. It maps numbers to pixels, on a linear or logarithmic scale.</summary>
/// <param name="Least">The number at the start of the axis.</param>
/// <param name="Largest">The number at the end of the axis.</param>
/// <param name="From">The pixel at the start of the axis.</param>
/// <param name="To">The pixel at the end of the axis. On a vertical axis, it is smaller than <paramref name="From"/>.</param>
/// <param name="IsLogarithmic">True if the scale is logarithmic: numbers with equal ratios then have equal distances.</param>
internal sealed record Axis(double Least, double Largest, double From, double To, bool IsLogarithmic)
{
    private const int MostTicks = 6;

    /// <summary>A linear axis with room for all of the numbers.</summary>
    public static Axis Linear(IEnumerable<double> numbers, double from, double to)
    {
        var (least, largest) = Range(numbers, 0);
        return least < largest ? new(least, largest, from, to, false) : new(least - 0.5, least + 0.5, from, to, false);
    }

    /// <summary>A logarithmic axis between powers of ten, with room for all positive numbers.</summary>
    public static Axis Logarithmic(IEnumerable<double> numbers, double from, double to)
    {
        var (least, largest) = Range(numbers.Where(x => x > 0), 1);
        return new(Math.Pow(10, Math.Floor(Math.Log10(least))), Math.Pow(10, Math.Floor(Math.Log10(largest)) + 1), from, to, true);
    }

    /// <summary>The pixel of a number. A number outside the axis gets the pixel of the nearer end.</summary>
    public double At(double number)
    {
        var share = IsLogarithmic
            ? Math.Log(Math.Max(number, Least) / Least) / Math.Log(Largest / Least)
            : (number - Least) / (Largest - Least);
        return From + Math.Clamp(share, 0, 1) * (To - From);
    }

    /// <summary>At most seven round numbers along the axis.</summary>
    public IEnumerable<double> Ticks()
    {
        if (IsLogarithmic)
        {
            var (first, last) = ((int)Math.Round(Math.Log10(Least)), (int)Math.Round(Math.Log10(Largest)));
            var every = (last - first + MostTicks - 1) / MostTicks;
            for (var power = first; power <= last; power += every) yield return Math.Pow(10, power);
        }
        else
        {
            var step = Step((Largest - Least) / MostTicks);
            for (var k = Math.Ceiling(Least / step); k * step <= Largest; k++) yield return k * step;
        }
    }

    /// <summary>The text that is shown at a tick of the axis.</summary>
    public static string Format(double tick) => Math.Abs(tick) is > 0 and (< 1e-3 or >= 1e6)
        ? tick.ToString("0.##e0", CultureInfo.InvariantCulture)
        : Math.Round(tick, 9).ToString("#,0.#######", CultureInfo.InvariantCulture);

    private static (double Least, double Largest) Range(IEnumerable<double> numbers, double otherwise) =>
        numbers.DefaultIfEmpty(otherwise).Aggregate(
            (Least: double.PositiveInfinity, Largest: double.NegativeInfinity),
            (range, x) => (Math.Min(range.Least, x), Math.Max(range.Largest, x)));

    // The smallest of the steps ..., 1, 2, 5, 10, 20, ... that is not below least. Rounding errors of least up to 0.1% are ignored.
    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= least * 0.999);
    }
}
