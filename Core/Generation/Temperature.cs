using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LanguageExt;

namespace MicroGpt.Generation;

/// <summary>
/// The temperature of sampling, the divisor of the logits: a low one sharpens the distribution, a high one flattens it. At 0, its limit,
/// decoding is greedy: the likeliest token is taken, the first of several, and nothing is drawn.
/// </summary>
public readonly record struct Temperature
{
    private Temperature(double value) => Value = value;

    /// <summary>The divisor, finite and at least 0.</summary>
    public double Value { get; }

    /// <summary>True at temperature 0.</summary>
    public bool IsGreedy => Value == 0;

    /// <summary>The temperature of greedy decoding, 0.</summary>
    public static Temperature Greedy => default;

    /// <summary>The temperature of this value, or the problem with it, which calls the value by its name.</summary>
    public static Validation<Problem, Temperature> Create(string name, double value) =>
        Validate.NotNegative(name, value).Map(divisor => new Temperature(divisor));

    /// <summary>The temperature of a number. Throws an <see cref="InvalidOperationException"/> if it is negative or not finite.</summary>
    public static implicit operator Temperature(double value) => Create("temperature", value).OrThrow();

    /// <summary>
    /// The probability of each token, [vocab_size]: softmax(logits / temperature). At temperature 0, it is 1 for the first of the largest
    /// logits.
    /// </summary>
    public ImmutableArray<double> Probabilities(ImmutableArray<double> logits) => IsGreedy ? OneHot(logits) : Softmax(logits);

    // A largest logit that is not finite makes the probabilities NaN, as softmax does.
    private static ImmutableArray<double> OneHot(ImmutableArray<double> logits)
    {
        var largest = logits.Aggregate(double.NegativeInfinity, Math.Max);
        var first = logits.IndexOf(largest);
        return [.. logits.Select((_, i) => !double.IsFinite(largest) ? double.NaN : i == first ? 1 : 0)];
    }

    private ImmutableArray<double> Softmax(ImmutableArray<double> logits)
    {
        var (scale, largest, total) = (Math.Pow(Value, -1), double.NegativeInfinity, 0.0);
        var p = new double[logits.Length];
        for (var i = 0; i < p.Length; i++) largest = Math.Max(largest, p[i] = logits[i] * scale);
        for (var i = 0; i < p.Length; i++) total += p[i] = Math.Exp(p[i] - largest);
        var share = Math.Pow(total, -1);
        for (var i = 0; i < p.Length; i++) p[i] *= share;
        return ImmutableCollectionsMarshal.AsImmutableArray(p);
    }

    public override string ToString() => IsGreedy ? "greedy" : FormattableString.Invariant($"temperature {Value}");
}
