using System.Collections.Immutable;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Mutants of running text and its windows.</summary>
public static class WrongWindows
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The framed stream",
            "Running text gets BOS at both ends as a document does, a token beyond its vocabulary.",
            " is ",
            Kill.Of(nameof(WindowLaws.HasNoBos), Texts.Any, texts => WindowLaws.HasNoBos(texts.Corpus, Framed))),
        new("The torn window",
            "A window that begins near the end goes on at the beginning of the text.",
            "draws the window",
            Kill.Of(nameof(WindowLaws.AreStretches), NumberedText.Any, text => WindowLaws.AreStretches(text, Torn))),
        new("The window without a target",
            "A window has the tokens of its positions only, and the last position has nothing to predict.",
            "draws the window",
            Kill.Of(nameof(WindowLaws.AreStretches), NumberedText.Any, text => WindowLaws.AreStretches(text, (running, seed, step, count) =>
                [.. running.Draw(seed, step, count).Select(window => window[..^1])]))),
        new("The unread end",
            "The last window is never drawn, for its place is taken for one beyond the text.",
            "χ² is",
            Kill.Of(nameof(WindowLaws.BeginAnywhere), NumberedText.Any, text => WindowLaws.BeginAnywhere(text, Unread))),
        new("The favourite page",
            "The generator is seeded by the seed alone, and every step draws the windows of the first.",
            "χ² is",
            Kill.Of(nameof(WindowLaws.BeginAnywhere), NumberedText.Any, text => WindowLaws.BeginAnywhere(text, (running, seed, _, count) =>
                running.Draw(seed, 0, count)))),
    ];

    private static ImmutableArray<int> Framed(Tokenizer tokenizer, string text)
    {
        var bos = tokenizer.Alphabet.Length;
        return [bos, .. TextLaws.Encode(tokenizer, text), bos];
    }

    private static ImmutableArray<ImmutableArray<int>> Torn(RunningText text, int seed, int step, int count) =>
        Windows(text, seed, step, count, text.Tokens.Length);

    private static ImmutableArray<ImmutableArray<int>> Unread(RunningText text, int seed, int step, int count) =>
        Windows(text, seed, step, count, Math.Max(1, text.Tokens.Length - text.BlockSize - 1));

    // Windows at random offsets below a limit. A window that reaches the end goes on at the beginning.
    private static ImmutableArray<ImmutableArray<int>> Windows(RunningText text, int seed, int step, int count, int limit) =>
    [
        .. PythonRandom.Seed(((long)seed << 32) + step).Repeat(count, random => random.RandBelow(limit)).Value.Select(offset =>
            Enumerable.Range(offset, text.BlockSize + 1).Select(i => text.Tokens[i % text.Tokens.Length]).ToImmutableArray()),
    ];
}
