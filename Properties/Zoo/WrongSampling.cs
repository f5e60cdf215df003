using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Generation;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>Mutants of sampling.</summary>
public static class WrongSampling
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The missing share",
            "Top-k and top-p set the probabilities of the other tokens to 0, and do not scale the rest.",
            "the sum of the probabilities is",
            Of(nameof(SamplingLaws.SumToOne), SamplingLaws.SumToOne, (options, logits) =>
            {
                var all = SamplingOptions.Of(options.Temperature).Probabilities(logits);
                return [.. options.Probabilities(logits).Select((p, i) => p > 0 ? all[i] : 0)];
            })),
        new("The thermostat that is upside down",
            "Logits are multiplied by the temperature, so that a low one flattens the distribution.",
            "the probability of token 0 is",
            Of(nameof(SamplingLaws.ArePowersOfThoseAtOne), SamplingLaws.ArePowersOfThoseAtOne, (options, logits) =>
                (options with { Temperature = 1 / options.Temperature.Value }).Probabilities(logits))),
        new("The first come",
            "Top-k keeps the first k tokens of the vocabulary, not the likeliest.",
            "which is likelier, is dropped",
            Of(nameof(SamplingLaws.KeepTheLikeliest), SamplingLaws.KeepTheLikeliest, (options, logits) =>
                Scaled(SamplingOptions.Of(options.Temperature).Probabilities(logits), (_, i) => i < options.TopK.IfNone(int.MaxValue)))),
        new("The equal nucleus",
            "The tokens that top-p keeps are all equally likely.",
            "the probability of token",
            Of(nameof(SamplingLaws.KeepTheLikeliest), SamplingLaws.KeepTheLikeliest, (options, logits) => options.TopP.IsNone
                ? options.Probabilities(logits)
                : Scaled([.. options.Probabilities(logits).Select(p => Math.Ceiling(p))], (_, _) => true))),
        new("The nucleus that falls short",
            "Top-p ends before the token that reaches p. Only the likeliest is always kept.",
            "which do not reach p",
            Of(nameof(SamplingLaws.KeepAsManyAsNeeded), SamplingLaws.KeepAsManyAsNeeded, (options, logits) =>
            {
                var probabilities = options.Probabilities(logits);
                var least = probabilities.Where(p => p > 0).Min();
                return options.TopP.IsNone || least == probabilities.Max() ? probabilities : Scaled(probabilities, (p, _) => p > least);
            })),
        new("The generous zero",
            "A drawn 0 falls on the first token, even on one of probability 0, since < stands where ≤ should.",
            "by the number 0, 0 was drawn, whose weight is 0",
            Kill.Of(nameof(SamplingLaws.NeverDrawTheImpossible), ChanceInputs.Choices, choice =>
                SamplingLaws.NeverDrawTheImpossible(choice, Strictly))),
        new("The flatterer",
            "Tokens are drawn in proportion to the squares of their probabilities: text is a little too good.",
            "the number of draws of token",
            Kill.Of(nameof(SamplingLaws.FollowTheProbabilities), SamplingInputs.Any, sampling =>
                SamplingLaws.FollowTheProbabilities(sampling, (options, probabilities, random) =>
                    options.Choose([.. probabilities.Select(p => p * p)], random)))),
        new("The echo",
            "Every token of a document is chosen by the same drawn number, since the next generator is dropped.",
            "another generator than after 5 tokens came back",
            Kill.Of(nameof(SamplingLaws.TakeOneDrawEach), SamplingInputs.Any, sampling =>
                SamplingLaws.TakeOneDrawEach(sampling, Echo))),
    ];

    private static Kill Of(string law, Func<SamplingCase, Distribution, FsCheck.Property> holds, Distribution distribution) =>
        Kill.Of(law, SamplingInputs.Any, sampling => holds(sampling, distribution));

    private static ImmutableArray<double> Scaled(ImmutableArray<double> probabilities, Func<double, int, bool> kept)
    {
        var total = probabilities.Where(kept).Sum();
        return [.. probabilities.Select((p, i) => kept(p, i) ? p / total : 0)];
    }

    private static GeneratedDocument Echo(
        Decoder decoder, SamplingOptions options, ImmutableArray<int> context, int length, PythonRandom random) =>
        Enumerable.Range(0, length).Aggregate(new GeneratedDocument(context, [], random), (text, _) =>
        {
            var one = Sampling.Text(decoder, options, text.Tokens, Option<int>.None, length: 1, random).OrThrow();
            return text with { Choices = text.Choices.Add(one.Choices[0]), Next = one.Next };
        });

    private static (int Value, PythonRandom Next) Strictly(PythonRandom random, ImmutableArray<double> weights)
    {
        var (share, next) = random.Random();
        var (index, sum, total) = (0, weights[0], weights.Sum());
        for (; sum < share * total && index < weights.Length - 1; sum += weights[index]) index++;
        return (index, next);
    }
}
