using MicroGpt.Properties;

namespace MicroGpt.Onnx;

/// <summary>The difference between ONNX Runtime and Core's plain loops in a precision.</summary>
/// <param name="OfLargest">The largest difference, relative to the largest entry of its matrix.</param>
/// <param name="OfBound">The largest difference relative to the bound of the rounding error; null if a number has no bound.</param>
internal sealed record Difference(double OfLargest, double? OfBound)
{
    /// <summary>The difference of some values in a precision.</summary>
    public static Difference Of(IEnumerable<ComparedValues> values, double precision, bool isBounded = true)
    {
        var (ofLargest, ofBound) = (0.0, 0.0);
        foreach (var (_, found, expected) in values)
        {
            var largest = expected.Entries.Where(x => double.IsFinite(x.Plain)).Select(x => Math.Abs(x.Plain)).Append(0).Max();
            foreach (var (x, y) in expected.Entries.Zip(found.Entries))
            {
                if (x.Plain.Equals(y)) continue; // also infinities and NaN
                ofLargest = Math.Max(ofLargest, Math.Abs(y - x.Plain) / largest);
                ofBound = Math.Max(ofBound, Math.Abs(y - x.Plain) / Tolerance.Bound(precision, x.Error));
            }
        }
        return new(ofLargest, isBounded ? ofBound : null);
    }

    /// <summary>The number of first steps whose numbers have a bound, if the values are those of fed-back steps.</summary>
    public int? BoundedSteps { get; init; }

    public override string ToString() => FormattableString.Invariant($"{OfLargest:0e+0} | ")
        + (OfBound is { } share ? FormattableString.Invariant($"{share:0.000}{(BoundedSteps is { } steps ? $" ({steps})" : "")}") : "none");
}

/// <summary>A row of the table of agreement.</summary>
/// <param name="What">The computation.</param>
/// <param name="Written">The number of operations as written.</param>
/// <param name="Simplified">The number of operations after simplification.</param>
/// <param name="Exported">The number of ONNX operators.</param>
/// <param name="Double">The difference in double precision.</param>
/// <param name="Single">The difference in single precision.</param>
internal sealed record AgreementRow(string What, int Written, int Simplified, int Exported, Difference Double, Difference Single)
{
    public override string ToString() => $"| {What} | {Written} | {Simplified} | {Exported} | {Double} | {Single} |";
}
