using System.Numerics;
using LanguageExt;

namespace MicroGpt;

/// <summary>What is asked of a number; a problem calls it by its name.</summary>
public static class Validate
{
    /// <summary>A whole number that is not below the least.</summary>
    public static Validation<Problem, T> AtLeast<T>(T least, string name, T value) where T : IBinaryInteger<T> =>
        value >= least ? value : new Problem($"{name} is {value}; it must be at least {least}.");

    /// <summary>A number that is above 0 and finite.</summary>
    public static Validation<Problem, double> Positive(string name, double value) =>
        value > 0 && double.IsFinite(value)
            ? value
            : new Problem(FormattableString.Invariant($"{name} is {value}; it must be finite and greater than 0."));

    /// <summary>A share of something: 0 or more, and less than all of it.</summary>
    public static Validation<Problem, double> Share(string name, double value) =>
        value is >= 0 and < 1
            ? value
            : new Problem(FormattableString.Invariant($"{name} is {value}; it must be at least 0 and less than 1."));
}
