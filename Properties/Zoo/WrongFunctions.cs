using System.Collections.Immutable;
using static MicroGpt.Properties.MeasuredFunction;

namespace MicroGpt.Properties;

/// <summary>Mutants of the functions of the engines. Each is right to the last digits for some of its arguments.</summary>
public static class WrongFunctions
{
    private static readonly ImmutableArray<(float, float)> Negative = [(FunctionErrors.LowestSingle, -0.0f)];

    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The missing term",
            "The series of the exponential ends one term early, which is two units in the last place.",
            "exp in single, a term short, errs by 2.",
            Killed(InSingle("exp", "single, a term short,", 2, Negative, x => FunctionErrors.Lanes(x, ATermShort), Math.Exp))),
        new("The logarithm of 2 in one part",
            "The exponential subtracts n·log 2 as one product in single precision, and the rounding error grows with n.",
            "exp in single, in one part, errs by ",
            Killed(InSingle("exp", "single, in one part,", 2, Negative, x => FunctionErrors.Lanes(x, InOnePart), Math.Exp))),
        new("The tanh that cancels",
            "Tanh is 1 - 2/(e²ˣ + 1), in which the digits of a small x cancel.",
            "tanh in double, by cancellation, errs by ",
            Killed(InDouble("tanh", "double, by cancellation,", 3, FunctionErrors.SmallAndLarge, x => 1 - 2 / (Math.Exp(2 * x) + 1),
                BigFloat.Tanh))),
    ];

    private static Kill Killed(MeasuredFunction wrong) => new(
        nameof(FunctionLaws.ErrorBeyondTheClaim),
        () => FunctionLaws.ErrorBeyondTheClaim(wrong, wrong.Measure(FunctionErrors.Stride)));

    private static float ATermShort(float x)
    {
        var n = MathF.Round(x * 1.442695f);
        var (r, sum) = ((float)(x - n * Math.Log(2)), 1f);
        for (var k = 6; k > 0; k--) sum = 1 + sum * r / k;
        return MathF.ScaleB(sum, (int)n);
    }

    private static float InOnePart(float x)
    {
        var n = MathF.Round(x * 1.442695f);
        return MathF.ScaleB(MathF.Exp(x - n * 0.6931472f), (int)n);
    }
}
