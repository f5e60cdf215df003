using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MicroGpt.Randomness;

namespace MicroGpt.Facts;

/// <summary>
/// A comparison of exp, log, pow, cos and sin of this platform with CPython's, as the recorded runs used them. IEEE 754 fixes the last
/// bit of sums, products, quotients and square roots, but not of these five.
/// </summary>
internal static class LastBits
{
    private const int Arguments = 2000;

    /// <summary>The reason to skip a fact about last bits; null if all five functions agree.</summary>
    public static string? Skip { get; } = Reason([.. Differing(Probe())]);

    /// <summary>The SHA-256 of each function's values at 2,000 arguments of the range in which training and generation use it.</summary>
    public static ImmutableArray<(string Function, string Sha256)> Probe()
    {
        var draws = PythonRandom.Seed(1729).Repeat(Arguments, random => random.Random()).Value;
        return
        [
            ("exp", Hash(draws.Select(u => Math.Exp(u * 45 - 40)))),
            ("log", Hash(draws.Select(u => Math.Log(1 - u)))),
            ("cos", Hash(draws.Select(u => Math.Cos(u * 2 * Math.PI)))),
            ("sin", Hash(draws.Select(u => Math.Sin(u * 2 * Math.PI)))),
            ("pow", Hash(draws.SelectMany(u => (double[])[-1, -0.5, 0.5, 2], (u, k) => Math.Pow(u * 10, k))
                .Concat(Enumerable.Range(1, Arguments).SelectMany(step => (double[])[0.85, 0.99], (step, beta) => Math.Pow(beta, step))))),
        ];
    }

    /// <summary>The functions whose values differ from the recorded ones.</summary>
    public static IEnumerable<string> Differing(ImmutableArray<(string Function, string Sha256)> probe)
    {
        var recorded = Recorded.Json("last-bits.json");
        return from values in probe where recorded.GetProperty(values.Function).GetString() != values.Sha256 select values.Function;
    }

    /// <summary>The reason to skip a fact if these functions differ; null if there are none.</summary>
    public static string? Reason(ImmutableArray<string> differing) => differing.IsEmpty ? null :
        $"The last bits of {string.Join(", ", differing)} differ on this platform from those of the recorded runs.";

    private static string Hash(IEnumerable<double> values) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.ToArray().AsSpan())));
}

/// <summary>A fact about last bits: skipped where the platform's elementary functions round differently.</summary>
public sealed class LastBitsFactAttribute : FactAttribute
{
    public LastBitsFactAttribute() => Skip = LastBits.Skip;
}

/// <summary>A theory about last bits: skipped where the platform's elementary functions round differently.</summary>
public sealed class LastBitsTheoryAttribute : TheoryAttribute
{
    public LastBitsTheoryAttribute() => Skip = LastBits.Skip;
}

public class LastBitsFacts
{
    [Fact]
    public void A_function_with_one_wrong_bit_is_named_in_the_reason_to_skip()
    {
        var probe = LastBits.Probe();
        var differing = LastBits.Differing(probe.SetItem(1, probe[1] with { Sha256 = probe[0].Sha256 }));
        Assert.Contains("log", differing);
        Assert.StartsWith("The last bits of log, pow differ on this platform", LastBits.Reason(["log", "pow"]));
        Assert.Null(LastBits.Reason([]));
    }
}
