using System.Globalization;

namespace MicroGpt.Reports;

/// <summary>Where numbers stand in a picture: the least at one place, the largest at another, the others in proportion, or by their logarithms.</summary>
internal sealed record Axis(double Least, double Largest, double From, double To, bool IsLogarithmic)
{
    private const int MostTicks = 6;

    /// <summary>An axis for numbers.</summary>
    public static Axis Linear(IEnumerable<double> numbers, double from, double to)
    {
        var (least, largest) = Range(numbers, 0);
        return least < largest ? new(least, largest, from, to, false) : new(least - 0.5, least + 0.5, from, to, false);
    }

    /// <summary>An axis by powers of ten, for those of the numbers that are above 0.</summary>
    public static Axis Logarithmic(IEnumerable<double> numbers, double from, double to)
    {
        var (least, largest) = Range(numbers.Where(x => x > 0), 1);
        return new(Math.Pow(10, Math.Floor(Math.Log10(least))), Math.Pow(10, Math.Floor(Math.Log10(largest)) + 1), from, to, true);
    }

    /// <summary>The place of a number; one that is beyond the axis stands at its end.</summary>
    public double At(double number)
    {
        var share = IsLogarithmic
            ? Math.Log(Math.Max(number, Least) / Least) / Math.Log(Largest / Least)
            : (number - Least) / (Largest - Least);
        return From + Math.Clamp(share, 0, 1) * (To - From);
    }

    /// <summary>A few round numbers along it.</summary>
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

    /// <summary>A tick as it is written.</summary>
    public static string Format(double tick) => Math.Abs(tick) is > 0 and (< 1e-3 or >= 1e6)
        ? tick.ToString("0.##e0", CultureInfo.InvariantCulture)
        : Math.Round(tick, 9).ToString("#,0.#######", CultureInfo.InvariantCulture);

    private static (double Least, double Largest) Range(IEnumerable<double> numbers, double otherwise) =>
        numbers.DefaultIfEmpty(otherwise).Aggregate((double.PositiveInfinity, double.NegativeInfinity), (range, x) => (Math.Min(range.Item1, x), Math.Max(range.Item2, x)));

    // The least of 1, 2, 5, 10, ... that is not below.
    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= least * 0.999);
    }
}
