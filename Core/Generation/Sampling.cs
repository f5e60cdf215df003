using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Generation;

/// <summary>From logits to tokens.</summary>
public static class Sampling
{
    /// <summary>softmax(logits / temperature): below 1 the likely becomes likelier, above 1 all become more alike.</summary>
    public static ImmutableArray<double> Probabilities(ImmutableArray<double> logits, double temperature)
    {
        var variable = new Variable("logits", new(1, logits.Length));
        var environment = Environment<Real>.Of(Inputs.None).With(variable, new(1, logits.Length, [.. logits.Select(x => new Real(x))]));
        Expr scaled = (Expr)variable / temperature;
        return [.. scaled.Softmax(groups: 1).Evaluate(environment).Entries.Select(x => x.Plain)];
    }

    /// <summary>
    /// A document the GPT invents: from BOS on, token by token, until BOS comes again or the block is full. BOS itself is left out.
    /// Probabilities that are not numbers, as training that went astray leaves them, are a problem.
    /// </summary>
    public static Either<Problem, (ImmutableArray<int> Value, PythonRandom Next)> Document(Decoder decoder, double temperature, PythonRandom random)
    {
        var configuration = decoder.Configuration;
        var bos = configuration.VocabSize - 1;
        var (tokens, cache, token) = (ImmutableArray.CreateBuilder<int>(), KeyValueCache.Empty(configuration), bos);
        while (tokens.Count < configuration.BlockSize)
        {
            (var logits, cache) = decoder.Step(cache, token);
            var probabilities = Probabilities(logits, temperature);
            if (!double.IsFinite(probabilities.Sum()))
                return new Problem("The probabilities of the next token are not numbers; try a smaller learning_rate, or a temperature nearer to 1.");
            (token, random) = random.Choices(probabilities.AsSpan());
            if (token == bos) break;
            tokens.Add(token);
        }
        return (tokens.ToImmutable(), random);
    }
}
