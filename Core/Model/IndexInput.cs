using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Model;

/// <summary>
/// An input of a language model: a column of indices, and the rule by which a document determines them. The rule is a pure function of the
/// document's tokens and of a position, counted from 0. The document has BOS at both ends.
/// </summary>
public sealed class IndexInput(string name, Func<ImmutableArray<int>, int, int> rule) : Indices(name)
{
    private readonly Func<ImmutableArray<int>, int, int> rule = rule;

    /// <summary>The token at each position.</summary>
    public static IndexInput Tokens { get; } = new("tokens", (document, i) => document[i]);

    /// <summary>The position of each row in its document, from 0.</summary>
    public static IndexInput Positions { get; } = new("positions", (_, i) => i);

    /// <summary>The token after each position, which a model should predict.</summary>
    public static IndexInput Targets { get; } = new("targets", (document, i) => document[i + 1]);

    /// <summary>The token <paramref name="distance"/> places before each position. Before the start of a document stands BOS.</summary>
    public static IndexInput Before(int distance) =>
        new($"token {distance} before", (document, i) => document[Math.Max(0, i - distance)]);

    /// <summary>Fills a column with the indices of the first positions of a document.</summary>
    public void Fill(ImmutableArray<int> document, Span<int> column)
    {
        for (var i = 0; i < column.Length; i++) column[i] = rule(document, i);
    }
}
