using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>Documents as a GPT sees them: packed, with their tokens, positions and targets.</summary>
public static class Batch
{
    /// <summary>
    /// Whole documents, each with BOS at both ends: every token but the last is seen, every one but the first is a target, on the
    /// first <paramref name="blockSize"/> positions.
    /// </summary>
    public static Inputs Of(int blockSize, params ReadOnlySpan<ImmutableArray<int>> documents)
    {
        var seen = documents.ToArray().Select(tokens => tokens[..Math.Min(tokens.Length, blockSize + 1)]).ToArray();
        var packing = Packing.Of([.. seen.Select(tokens => tokens.Length - 1)]);
        return Inputs.Of(packing)
            .With(Gpt.Tokens, [.. seen.SelectMany(tokens => tokens[..^1])])
            .With(Gpt.Positions, [.. Enumerable.Range(0, packing.Positions).Select(packing.PositionOf)])
            .With(Gpt.Targets, [.. seen.SelectMany(tokens => tokens[1..])]);
    }
}
