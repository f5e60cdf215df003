using System.Numerics;
using LanguageExt;

namespace MicroGpt;

/// <summary>Validation of numbers: each function returns a valid number, or a problem that gives the number's name.</summary>
public static class Validate
{
    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static Validation<Problem, T> AtLeast<T>(T least, string name, T value) where T : IBinaryInteger<T> =>
        value >= least ? value : new Problem($"{name} is {value}; it must be at least {least}.");

    /// <summary>A finite number greater than 0.</summary>
    public static Validation<Problem, double> Positive(string name, double value) =>
        value > 0 && double.IsFinite(value)
            ? value
            : new Problem(FormattableString.Invariant($"{name} is {value}; it must be finite and greater than 0."));

    /// <summary>A finite number of at least 0.</summary>
    public static Validation<Problem, double> NotNegative(string name, double value) =>
        value >= 0 && double.IsFinite(value)
            ? value
            : new Problem(FormattableString.Invariant($"{name} is {value}; it must be finite and at least 0."));

    /// <summary>A choice: 1 for yes, 0 for no.</summary>
    public static Validation<Problem, double> Flag(string name, double value) =>
        value is 0 or 1 ? value : new Problem(FormattableString.Invariant($"{name} is {value}; it must be 1 for yes or 0 for no."));

    /// <summary>A share of a whole: at least 0 and less than 1.</summary>
    public static Validation<Problem, double> Share(string name, double value) =>
        value is >= 0 and < 1
            ? value
            : new Problem(FormattableString.Invariant($"{name} is {value}; it must be at least 0 and less than 1."));
}
