using System.Collections.Immutable;
using FsCheck;
using LanguageExt;
using MicroGpt.Generation;

namespace MicroGpt.Properties;

/// <summary>Sampling: temperature, top-k, top-p, and the draw of a token.</summary>
public class SamplingProperties
{
    [Law(1000)]
    public Property Probabilities_sum_to_one(SamplingCase sampling) => SamplingLaws.SumToOne(sampling, Probabilities);

    [Law(1000)]
    public Property Temperature_is_a_power_of_the_probabilities(SamplingCase sampling) =>
        SamplingLaws.ArePowersOfThoseAtOne(sampling, Probabilities);

    [Law(1000)]
    public Property Top_k_and_top_p_keep_the_likeliest_tokens_in_proportion(SamplingCase sampling) =>
        SamplingLaws.KeepTheLikeliest(sampling, Probabilities);

    [Law(1000)]
    public Property Top_k_keeps_k_tokens_and_top_p_the_fewest_that_reach_p(SamplingCase sampling) =>
        SamplingLaws.KeepAsManyAsNeeded(sampling, Probabilities);

    [Law(1000)]
    public Property A_token_of_probability_0_is_never_drawn(WeightedChoice choice) =>
        SamplingLaws.NeverDrawTheImpossible(choice, (random, weights) => random.Choices(weights.AsSpan()));

    [Law(100)]
    public Property Tokens_are_drawn_as_often_as_their_probabilities_say(SamplingCase sampling) =>
        SamplingLaws.FollowTheProbabilities(sampling, (options, probabilities, random) => options.Choose(probabilities, random));

    [Law(200)]
    public Property A_token_takes_one_draw(SamplingCase sampling) => SamplingLaws.TakeOneDrawEach(
        sampling,
        (decoder, options, context, length, random) =>
            Sampling.Text(decoder, options, context, Option<int>.None, length, random).OrThrow());

    private static ImmutableArray<double> Probabilities(SamplingOptions options, ImmutableArray<double> logits) =>
        options.Probabilities(logits);
}
