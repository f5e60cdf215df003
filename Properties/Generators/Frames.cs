using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>What matrices live in: documents packed, or one that goes on, attention's sizes, and a token for each position.</summary>
public sealed record Frame(ImmutableArray<int> Lengths, int Past, Heads Heads, int HeadSize, int Vocabulary, ImmutableArray<int> Draws)
{
    /// <summary>The column of tokens.</summary>
    public static Indices Tokens { get; } = new("tokens");

    /// <summary>How the documents are packed; a document with a past has one row.</summary>
    public Packing Packing => Past > 0 ? Packing.Next(Past) : Packing.Of(Lengths.AsSpan());

    /// <summary>The packing and the tokens.</summary>
    public Inputs Inputs => Inputs.Of(Packing).With(Tokens,
        [.. Enumerable.Range(0, Packing.Positions).Select(i => Draws[i % Draws.Length] % Vocabulary)]);

    /// <summary>The columns that the heads share.</summary>
    public int Width => Heads.Count * HeadSize;

    /// <summary>Whose rows attention looks back at.</summary>
    public Extent Seen => Past > 0 ? Extent.Context : Extent.Positions;

    /// <summary>Every shape worth trying: a single row or column, fixed sizes, and sizes that the documents decide.</summary>
    public ImmutableArray<Shape> Shapes =>
    [
        .. from rows in new Extent[] { 1, Width, Vocabulary, Extent.Positions, Extent.Documents, Extent.Past, Extent.Context }.Distinct()
           from columns in new[] { 1, Heads.Count, Width, Vocabulary, Heads.Columns }.Distinct()
           select new Shape(rows, columns),
    ];

    public override string ToString() =>
        $"{(Past > 0 ? $"a row after {Past}" : $"documents of {string.Join(", ", Lengths)} rows")}, {Heads}, head size {HeadSize}, "
        + $"tokens below {Vocabulary}: {string.Join(" ", Inputs[Tokens])}";
}

/// <summary>Frames, small ones.</summary>
public static class Frames
{
    private const int Longest = 3;

    /// <summary>One to three documents of one to three rows, or one that goes on.</summary>
    public static Arbitrary<Frame> Any { get; } = Arb.From(
        from documents in Gen.Choose(1, 3)
        from lengths in Gen.Choose(1, Longest).ArrayOf(documents)
        from past in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, Longest)))
        from spare in Gen.Choose(0, 1)
        from heads in Gen.Choose(1, 2)
        from headSize in Gen.Choose(1, 2)
        from vocabulary in Gen.Choose(1, 3)
        from draws in Gen.Choose(0, 5).ArrayOf(Longest * Longest)
        let block = Math.Max(lengths.Max(), past + 1) + spare
        select new Frame([.. lengths], past, new(heads, block), headSize, vocabulary, [.. draws]),
        Simpler);

    // Sizes that shapes depend on stay; the documents do not.
    private static IEnumerable<Frame> Simpler(Frame frame)
    {
        if (frame.Past > 0) yield return frame with { Past = 0 };
        for (var d = 0; d < frame.Lengths.Length; d++)
        {
            if (frame.Lengths.Length > 1) yield return frame with { Lengths = frame.Lengths.RemoveAt(d) };
            if (frame.Lengths[d] > 1) yield return frame with { Lengths = frame.Lengths.SetItem(d, frame.Lengths[d] - 1) };
        }
    }
}
