using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LanguageExt;
using MicroGpt.Randomness;

namespace MicroGpt.Generation;

/// <summary>A token that came next, and how likely each token was to.</summary>
public sealed record TokenChoice(ImmutableArray<double> Probabilities, int Token)
{
    /// <summary>How likely the token was.</summary>
    public double Probability => Probabilities[Token];

    public override string ToString() => FormattableString.Invariant($"token {Token} of probability {Probability:G4}");

    public bool Equals(TokenChoice? other) => other is not null && Token == other.Token && Probabilities.ContentEquals(other.Probabilities);

    public override int GetHashCode() => HashCode.Combine(Token, Probabilities.Length);
}

/// <summary>A document that a GPT made of a prompt, choice by choice, and the generator that is left.</summary>
public sealed record GeneratedDocument(ImmutableArray<int> Prompt, ImmutableArray<TokenChoice> Choices, PythonRandom Next)
{
    /// <summary>Its tokens.</summary>
    public ImmutableArray<int> Tokens => [.. Prompt, .. Choices.Select(choice => choice.Token)];

    public override string ToString() => $"tokens {string.Join(" ", Tokens)}";

    public bool Equals(GeneratedDocument? other) =>
        other is not null && Next == other.Next && Prompt.ContentEquals(other.Prompt) && Choices.ContentEquals(other.Choices);

    public override int GetHashCode() => HashCode.Combine(Next, Prompt.Length, Choices.Length);
}

/// <summary>How daring the choice of the next token is.</summary>
/// <param name="Temperature">Below 1 the likely becomes likelier, above 1 all become more alike; positive.</param>
/// <param name="TopK">How many tokens, the likeliest, have a chance; at least 1.</param>
/// <param name="TopP">Only the likeliest tokens have a chance, as few as come to this probability together; above 0.</param>
public sealed record SamplingOptions(double Temperature, Option<int> TopK, Option<double> TopP)
{
    /// <summary>Of all tokens, at a temperature.</summary>
    public static SamplingOptions Of(double temperature) => new(temperature, Option<int>.None, Option<double>.None);

    /// <summary>How likely each token is to come next.</summary>
    public ImmutableArray<double> Probabilities(ImmutableArray<double> logits)
    {
        var probabilities = Sampling.Probabilities(logits, Temperature);
        return TopK.IsNone && TopP.IsNone ? probabilities : Narrowed(probabilities);
    }

    private ImmutableArray<double> Narrowed(ImmutableArray<double> probabilities)
    {
        var narrowed = new double[probabilities.Length];
        var total = 0.0;
        foreach (var token in Enumerable.Range(0, narrowed.Length).OrderByDescending(i => probabilities[i]).Take(TopK.IfNone(int.MaxValue)))
        {
            if (TopP.Exists(p => total >= p)) break;
            narrowed[token] = probabilities[token];
            total += probabilities[token];
        }
        return [.. narrowed.Select(p => p / total)];
    }
}

/// <summary>From logits to tokens.</summary>
public static class Sampling
{
    /// <summary>softmax(logits / temperature).</summary>
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
    /// A document the GPT invents: from BOS and a prompt on, token by token, until BOS comes again or the block is full. A prompt that
    /// leaves no room is a problem, and so are probabilities that are not numbers, as training that went astray leaves them.
    /// </summary>
    public static Either<Problem, GeneratedDocument> Document(Decoder decoder, SamplingOptions taste, ImmutableArray<int> prompt, PythonRandom random)
    {
        var configuration = decoder.Configuration;
        if (prompt.Length >= configuration.BlockSize)
            return new Problem($"The prompt has {prompt.Length} characters, and the model sees {configuration.BlockSize} positions, the beginning included; "
                + $"give at most {configuration.BlockSize - 1}.");

        var bos = configuration.VocabSize - 1;
        var (choices, cache, token) = (ImmutableArray.CreateBuilder<TokenChoice>(), KeyValueCache.Empty, bos);
        foreach (var next in prompt)
            (cache, token) = (decoder.Step(cache, token).Next, next);
        while (prompt.Length + choices.Count < configuration.BlockSize && (choices.Count == 0 || token != bos))
        {
            (var logits, cache) = decoder.Step(cache, token);
            var probabilities = taste.Probabilities(logits);
            if (!probabilities.All(double.IsFinite))
                return new Problem("The probabilities of the next token are not numbers; try a smaller learning_rate, or a temperature nearer to 1.");
            (token, random) = random.Choices(probabilities.AsSpan());
            choices.Add(new(probabilities, token));
        }
        return new GeneratedDocument(prompt, choices.ToImmutable(), random);
    }

    /// <summary>One document after another, each from the generator that the one before left, until one is a problem.</summary>
    public static IEnumerable<Either<Problem, GeneratedDocument>> Documents(Decoder decoder, SamplingOptions taste, ImmutableArray<int> prompt, PythonRandom random)
    {
        for (var goesOn = true; goesOn;)
        {
            var document = Document(decoder, taste, prompt, random);
            yield return document;
            (random, goesOn) = document.Match(Right: invention => (invention.Next, true), Left: _ => (random, false));
        }
    }
}
