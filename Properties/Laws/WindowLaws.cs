using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A draw of windows of a text, by a seed, a step and their number: under test.</summary>
public delegate ImmutableArray<ImmutableArray<int>> DrawOfWindows(RunningText text, int seed, int step, int count);

/// <summary>Laws of the windows of running text.</summary>
public static class WindowLaws
{
    private const int Steps = 5, BatchSize = 4;

    /// <summary>Each window is a stretch of the text: block_size tokens and the target of the last.</summary>
    public static Property AreStretches(NumberedText numbered, DrawOfWindows draw) => Verdict.NoneOf(
        from step in Enumerable.Range(0, Steps)
        from window in draw(numbered.Text, numbered.Seed, step, BatchSize)
        where window.Length != numbered.Text.BlockSize + 1 || window[0] < 0 || window[^1] >= numbered.Text.Tokens.Length
            || window.Where((token, i) => token != window[0] + i).Any()
        select $"step {step} draws the window {string.Join(" ", window)}");

    /// <summary>A window begins at each place with the same chance, over many steps.</summary>
    public static Property BeginAnywhere(NumberedText numbered, DrawOfWindows draw)
    {
        var step = 0;
        return ChanceLaws.DrawsByWeight(
            new([.. Enumerable.Repeat(1.0, numbered.Places)], numbered.Seed),
            (random, _) => (draw(numbered.Text, numbered.Seed, step++, 1)[0][0], random));
    }

    /// <summary>The tokens of running text are one for each character, and the vocabulary has no other.</summary>
    public static Property HasNoBos(Corpus corpus, Func<Tokenizer, string, ImmutableArray<int>> encode)
    {
        var text = corpus with { Documents = [string.Concat(corpus.Documents)], Split = Split.RunningText };
        var tokenizer = Tokenizer.Of(text);
        var tokens = encode(tokenizer, text.Documents[0]);
        return Verdict.That(
            tokens.Length == text.Documents[0].EnumerateRunes().Count() && tokens.Max() < tokenizer.Alphabet.Length
                && tokenizer.VocabSize == tokenizer.Alphabet.Length,
            $"{text.Documents[0].Quote()} is {string.Join(" ", tokens)}");
    }

    /// <summary>The windows that a step draws.</summary>
    public static ImmutableArray<ImmutableArray<int>> Draw(RunningText text, int seed, int step, int count) => text.Draw(seed, step, count);
}
