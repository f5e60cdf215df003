using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>A running text whose tokens tell their place, and a seed: a window shows where it was cut.</summary>
/// <param name="Text">The tokens 0, 1, 2, and so on.</param>
/// <param name="Seed">The seed of the windows.</param>
public sealed record NumberedText(RunningText Text, int Seed)
{
    /// <summary>One to eight positions, and one to ten places at which a window can begin.</summary>
    public static Arbitrary<NumberedText> Any { get; } = Arb.From(
        from block in Gen.Choose(1, 8)
        from places in Gen.Choose(1, 10)
        from seed in Gen.Choose(0, 1 << 20)
        select Of(block, places, seed),
        numbered => numbered.Places > 1 ? [Of(numbered.Text.BlockSize, numbered.Places - 1, numbered.Seed)] : []);

    /// <summary>The number of places at which a window can begin.</summary>
    public int Places => Text.Tokens.Length - Text.BlockSize;

    public override string ToString() => $"{Text}, seed {Seed}";

    private static NumberedText Of(int block, int places, int seed) =>
        new(RunningText.Create("the text", [.. Enumerable.Range(0, block + places)], block).OrThrow(), seed);
}

/// <summary>A GPT whose documents are windows of a running text: each fills the block, and none has a BOS.</summary>
public sealed record WindowedCase(GptCase Model, RunningText Text)
{
    /// <summary>GPTs of any sizes, with one to four windows that a step draws.</summary>
    public static Arbitrary<WindowedCase> Any { get; } = Arb.From(
        from model in Models.Any.Generator
        from more in Gen.Choose(1, 20)
        from tokens in Gen.Choose(0, model.Configuration.VocabSize - 1).ArrayOf(model.Configuration.BlockSize + more)
        from count in Gen.Choose(1, 4)
        let text = RunningText.Create("the text", ImmutableArray.Create(tokens), model.Configuration.BlockSize).OrThrow()
        select new WindowedCase(model with { Documents = text.Draw(model.Seed, step: 0, count) }, text),
        windowed => Models.Any.Shrinker(windowed.Model)
            .Where(simpler => simpler.Documents.All(window => window.Length == windowed.Text.BlockSize + 1))
            .Select(simpler => windowed with { Model = simpler }));

    /// <summary>The windows that each step draws.</summary>
    public TrainingData Data(int steps, int batchSize) =>
        new(TrainingSchedule.Create(steps, learningRate: 0.01, batchSize).OrThrow(), Text, Model.Seed);

    public override string ToString() => $"{Model}";
}
