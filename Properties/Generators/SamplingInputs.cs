using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MicroGpt.Generation;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>Logits, the options of sampling, and a seed.</summary>
public sealed record SamplingCase(ImmutableArray<double> Logits, SamplingOptions Options, int Seed)
{
    /// <summary>The same options without top-k and top-p.</summary>
    public SamplingOptions OfAllTokens => SamplingOptions.Of(Options.Temperature);

    public override string ToString() => FormattableString.Invariant(
        $"logits {string.Join(" ", Logits)}, {Options.Temperature}, top-k {Options.TopK}, top-p {Options.TopP}, seed {Seed}");
}

/// <summary>Generators of the inputs of sampling.</summary>
public static class SamplingInputs
{
    /// <summary>
    /// One to eight logits from -10 to 10, some of them equal, at a temperature from 0.1 to 10, with and without top-k and top-p. The
    /// smallest probability is then e⁻²⁰⁰, a normal number.
    /// </summary>
    public static Arbitrary<SamplingCase> Any { get; } = Arb.From(
        from count in Gen.Choose(1, 8)
        from logits in Gen.OneOf(Gen.Choose(-10, 10).Select(x => (double)x), Gen.Choose(-10_000_000, 10_000_000).Select(x => x / 1e6))
            .ArrayOf(count)
        from temperature in Gen.OneOf(Gen.Constant(1.0), Reals.Positive(0.1, 10))
        from topK in Optional(Gen.Choose(1, 9))
        from topP in Optional(Gen.Choose(1, 1000).Select(x => x / 1000.0))
        from seed in Gen.Choose(0, 1 << 20)
        select new SamplingCase([.. logits], new(temperature, topK, topP), seed),
        Simpler);

    /// <summary>A generator whose next <see cref="PythonRandom.Random"/> is a number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public static PythonRandom Drawing(double number)
    {
        var bits = (ulong)Math.ScaleB(number, 53);
        return new([Untemper((uint)(bits >> 26) << 5), Untemper((uint)(bits & 0x3FFFFFF) << 6)], Position: 0, Spare: null);
    }

    // The inverse of MersenneTwister.Temper, step by step from the last to the first. Each round of a step restores more of its bits.
    private static uint Untemper(uint word)
    {
        word ^= word >> 18;
        word ^= word << 15 & 0xEFC60000;
        var (left, right) = (word, 0u);
        for (var round = 0; round < 5; round++) left = word ^ left << 7 & 0x9D2C5680;
        for (var round = 0; round < 3; round++) right = left ^ right >> 11;
        return right;
    }

    private static Gen<Option<A>> Optional<A>(Gen<A> some) =>
        Gen.OneOf(Gen.Constant(Option<A>.None), some.Select(Option<A>.Some));

    private static IEnumerable<SamplingCase> Simpler(SamplingCase sampling)
    {
        var (logits, options) = (sampling.Logits, sampling.Options);
        for (var i = 0; i < logits.Length && logits.Length > 1; i++) yield return sampling with { Logits = logits.RemoveAt(i) };
        if (options.TopK.IsSome) yield return sampling with { Options = options with { TopK = Option<int>.None } };
        if (options.TopP.IsSome) yield return sampling with { Options = options with { TopP = Option<double>.None } };
        foreach (var temperature in (double[])[1, 2])
        {
            if (options.Temperature.Value == temperature) break;
            yield return sampling with { Options = options with { Temperature = temperature } };
        }
        for (var i = 0; i < logits.Length; i++)
            if (Math.Truncate(logits[i]) != logits[i]) yield return sampling with { Logits = logits.SetItem(i, Math.Truncate(logits[i])) };
    }
}
