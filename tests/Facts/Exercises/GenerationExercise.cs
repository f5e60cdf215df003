using System.Collections.Immutable;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts.Exercises;

/// <summary>The probability of a name is the product of its tokens' probabilities: e to the minus loss, for each position.</summary>
public class GenerationExercise
{
    [Fact]
    public void The_probability_of_a_name_follows_from_its_loss()
    {
        var configuration = Configuration.Create(nEmbd: 8, nHead: 2, nLayer: 1, blockSize: 8, vocabSize: 27).OrThrow();
        var (gpt, parameters) = (new Gpt(configuration), Parameters.Draw(configuration.Table, PythonRandom.Seed(1)).Value);
        ImmutableArray<int> anna = [26, 0, 13, 13, 0, 26];

        var (decoder, cache, chance) = (Decoder.Of(gpt, parameters), KeyValueCache.Empty, 1.0);
        foreach (var (token, next) in anna.Zip(anna.Skip(1)))
        {
            (var logits, cache) = decoder.Step(cache, token);
            chance *= SamplingOptions.Of(temperature: 1).Probabilities(logits)[next];
        }

        var (loss, _) = Engines.Expression(gpt.Model)(parameters, Batch.Of(gpt.Model, anna));
        Assert.Equal(1, chance / Math.Exp(-loss * (anna.Length - 1)), 1e-12); // some hundred roundings on either side
    }
}
