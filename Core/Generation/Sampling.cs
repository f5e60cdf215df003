using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LanguageExt;
using MicroGpt.Randomness;

namespace MicroGpt.Generation;

/// <summary>From logits to tokens.</summary>
public static class Sampling
{
    /// <summary>softmax(logits / temperature): below 1 the likely becomes likelier, above 1 all become more alike.</summary>
    public static ImmutableArray<double> Probabilities(ImmutableArray<double> logits, double temperature)
    {
        var (scale, largest, total) = (Math.Pow(temperature, -1), double.NegativeInfinity, 0.0);
        var p = new double[logits.Length];
        for (var i = 0; i < p.Length; i++) largest = Math.Max(largest, p[i] = logits[i] * scale);
        for (var i = 0; i < p.Length; i++) total += p[i] = Math.Exp(p[i] - largest);
        var share = Math.Pow(total, -1);
        for (var i = 0; i < p.Length; i++) p[i] *= share;
        return ImmutableCollectionsMarshal.AsImmutableArray(p);
    }

    /// <summary>
    /// A document the GPT invents: from BOS on, token by token, until BOS comes again or the block is full. BOS itself is left out.
    /// Probabilities that are not numbers, as training that went astray leaves them, are a problem.
    /// </summary>
    public static Either<Problem, (ImmutableArray<int> Value, PythonRandom Next)> Document(Decoder decoder, double temperature, PythonRandom random)
    {
        var configuration = decoder.Configuration;
        var bos = configuration.VocabSize - 1;
        var (tokens, cache, token) = (ImmutableArray.CreateBuilder<int>(), KeyValueCache.Empty, bos);
        while (tokens.Count < configuration.BlockSize)
        {
            (var logits, cache) = decoder.Step(cache, token);
            var probabilities = Probabilities(logits, temperature);
            if (!probabilities.All(double.IsFinite))
                return new Problem("The probabilities of the next token are not numbers; try a smaller learning_rate, or a temperature nearer to 1.");
            (token, random) = random.Choices(probabilities.AsSpan());
            if (token == bos) break;
            tokens.Add(token);
        }
        return (tokens.ToImmutable(), random);
    }
}
