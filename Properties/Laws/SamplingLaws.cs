using System.Collections.Immutable;
using FsCheck;
using LanguageExt;
using MicroGpt.Generation;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>The probability of each token: under test.</summary>
public delegate ImmutableArray<double> Distribution(SamplingOptions options, ImmutableArray<double> logits);

/// <summary>The choice of a token: under test.</summary>
public delegate (TokenChoice Value, PythonRandom Next) Choose(
    SamplingOptions options, ImmutableArray<double> probabilities, PythonRandom random);

/// <summary>The generation of a number of tokens after a context: under test.</summary>
public delegate GeneratedDocument Generate(
    Decoder decoder, SamplingOptions options, ImmutableArray<int> context, int length, PythonRandom random);

/// <summary>Laws of sampling: from logits to probabilities, and from probabilities to a token.</summary>
public static class SamplingLaws
{
    private const int Draws = 10_000, Tokens = 5;

    /// <summary>
    /// Probabilities are not negative, and sum to 1. A sum of n numbers rounds n - 1 times, here and in the total of the softmax; the
    /// exponentials, the reciprocal and the product round at most eight times more.
    /// </summary>
    public static Property SumToOne(SamplingCase sampling, Distribution distribution)
    {
        var probabilities = distribution(sampling.Options, sampling.Logits);
        return Verdict.NoneOf(
        [
            .. from p in probabilities where !(p >= 0) select $"a probability is {p}",
            .. Verdict.Apart("the sum of the probabilities", probabilities.Sum(), 1, Rounding(2 * probabilities.Length + 8)),
        ]);
    }

    /// <summary>
    /// Probabilities at temperature T are the 1/T-th powers of those at temperature 1, scaled to sum to 1. An exponent x rounds to within
    /// 2⁻⁵³·|x|, at most five times, and the power multiplies the error of those at temperature 1 by 1/T.
    /// </summary>
    public static Property ArePowersOfThoseAtOne(SamplingCase sampling, Distribution distribution)
    {
        var power = 1 / sampling.Options.Temperature.Value;
        var actual = distribution(sampling.OfAllTokens, sampling.Logits);
        var powers = distribution(SamplingOptions.Of(1), sampling.Logits).Select(p => Math.Pow(p, power)).ToArray();
        var roundings = (5 * sampling.Logits.Max(Math.Abs) + 2 * actual.Length + 8) * 2 * (1 + power);
        return Verdict.NoneOf(powers.Select(p => p / powers.Sum()).SelectMany((p, i) =>
            Verdict.Apart($"the probability of token {i}", actual[i], p, p * Rounding(roundings))));
    }

    /// <summary>
    /// Top-k and top-p drop no token that is likelier than one they keep, and keep the proportions of the others. A proportion is divided
    /// by a sum of at most n numbers, here and in the distribution.
    /// </summary>
    public static Property KeepTheLikeliest(SamplingCase sampling, Distribution distribution)
    {
        var (all, cut) = (distribution(sampling.OfAllTokens, sampling.Logits), distribution(sampling.Options, sampling.Logits));
        var kept = Enumerable.Range(0, all.Length).Where(i => cut[i] > 0).ToArray();
        var total = kept.Sum(i => all[i]);
        return Verdict.NoneOf(
        [
            .. from dropped in Enumerable.Range(0, all.Length).Except(kept)
               from i in kept
               where all[dropped] > all[i]
               select $"token {i} is kept, and token {dropped}, which is likelier, is dropped",
            .. kept.SelectMany(i => Verdict.Apart(
                $"the probability of token {i}", cut[i], all[i] / total, all[i] / total * Rounding(2 * all.Length + 8))),
        ]);
    }

    /// <summary>
    /// Top-k keeps k tokens, or all; top-p the fewest whose probabilities add up to p. With both, the smaller number remains. A sum of n
    /// probabilities may round to the other side of p.
    /// </summary>
    public static Property KeepAsManyAsNeeded(SamplingCase sampling, Distribution distribution)
    {
        var (options, rounding) = (sampling.Options, Rounding(2 * sampling.Logits.Length));
        var (all, cut) = (distribution(sampling.OfAllTokens, sampling.Logits), distribution(options, sampling.Logits));
        var kept = Enumerable.Range(0, all.Length).Where(i => cut[i] > 0).Select(i => all[i]).ToArray();
        var (most, p) = (Math.Min(options.TopK.IfNone(int.MaxValue), all.Length), options.TopP.IfNone(double.PositiveInfinity));
        return Verdict.NoneOf(
        [
            .. Complaint(kept.Length > most, $"{kept.Length} tokens are kept, more than {most}"),
            .. Complaint(kept.Length < most && kept.Sum() < p - rounding, $"{kept.Length} tokens of {most} are kept, which do not reach p"),
            .. Complaint(kept.Sum() - kept.Min() >= p + rounding, $"{kept.Length} tokens are kept, and fewer reach p"),
        ]);

        static IEnumerable<string> Complaint(bool isWrong, string complaint) => isWrong ? [complaint] : [];
    }

    /// <summary>
    /// A token of probability 0 is never drawn, whatever number in [0, 1) the generator draws: neither the smallest, nor the largest, nor
    /// one where the interval of a token ends.
    /// </summary>
    public static Property NeverDrawTheImpossible(WeightedChoice choice, Draw draw)
    {
        var (weights, total) = (choice.Weights, choice.Weights.Sum());
        var ends = weights.Select((_, i) => weights.Take(i).Sum() / total).Where(end => end < 1);
        return Verdict.NoneOf(
            from number in ends.Select(end => Math.ScaleB(Math.Floor(Math.ScaleB(end, 53)), -53)).Append(1 - Math.ScaleB(1, -53))
            let drawn = draw(SamplingInputs.Drawing(number), weights).Value
            where !(weights[drawn] > 0)
            select FormattableString.Invariant($"by the number {number:R}, {drawn} was drawn, whose weight is 0"));
    }

    /// <summary>
    /// Tokens are drawn as often as their probabilities say. Of N draws, a token of probability p has N·p, up to
    /// t/3 + √(t²/9 + 2·N·p·(1-p)·t) but for a chance of 2·e⁻ᵗ (Bernstein's inequality). t makes that chance 1e-9 for all tokens together.
    /// </summary>
    public static Property FollowTheProbabilities(SamplingCase sampling, Choose choose)
    {
        var (options, probabilities) = (sampling.Options, sampling.Options.Probabilities(sampling.Logits));
        var drawn = PythonRandom.Seed(sampling.Seed).Repeat(Draws, random => choose(options, probabilities, random)).Value
            .CountBy(choice => choice.Token).ToDictionary();
        var t = Math.Log(2 * probabilities.Length / 1e-9);
        return Verdict.NoneOf(probabilities.SelectMany((p, i) => Verdict.Apart(
            $"the number of draws of token {i}", drawn.GetValueOrDefault(i), Draws * p,
            p == 0 ? 0 : t / 3 + Math.Sqrt(t * t / 9 + 2 * Draws * p * (1 - p) * t))));
    }

    /// <summary>
    /// A generated token takes one draw, and none if decoding is greedy. Each token is the choice of its draw: the random generator goes
    /// from token to token.
    /// </summary>
    public static Property TakeOneDrawEach(SamplingCase sampling, Generate generate)
    {
        var greedy = sampling.Options with { Temperature = Temperature.Greedy };
        return Verdict.NoneOf(Complaints(sampling.Options, random => random.Random().Next).Concat(Complaints(greedy, random => random)));

        IEnumerable<string> Complaints(SamplingOptions options, Func<PythonRandom, PythonRandom> next)
        {
            var random = PythonRandom.Seed(sampling.Seed);
            var generated = generate(Ring(sampling.Logits), options with { KeepsProbabilities = true }, [0], Tokens, random);
            var tokens = generate(Ring(sampling.Logits), options, [0], Tokens, random).Tokens;
            if (!tokens.SequenceEqual(generated.Tokens)) yield return $"{options.Temperature}: other tokens without probabilities";
            foreach (var (choice, i) in generated.Choices.Select((choice, i) => (choice, i)))
            {
                var expected = options.Choose(choice.Probabilities, random).Value.Token;
                if (choice.Token != expected) yield return $"{options.Temperature}: token {i} is {choice.Token}, not {expected}";
                random = next(random);
            }
            if (generated.Choices.Length != Tokens) yield return $"{generated.Choices.Length} tokens came of {Tokens}";
            if (generated.Next != random) yield return $"{options.Temperature}: another generator than after {Tokens} tokens came back";
        }
    }

    // A decoder whose logits depend on the last token only: those of token t are rotated by t.
    private static Decoder Ring(ImmutableArray<double> logits) => new(
        BlockSize: 3, logits.Length, (cache, token) => ([.. logits.Skip(token), .. logits.Take(token)], cache.With(token, [])));

    private static double Rounding(double roundings) => roundings * Tolerance.OfDouble;
}
