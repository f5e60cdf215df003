using System.Collections.Immutable;
using System.Text;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Mutants around the gradient: of text, of draws and of the optimizer.</summary>
public static class WrongTraining
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The half character",
            "A character is taken for one unit of UTF-16, and those beyond the first plane come apart.",
            "comes back as",
            Kill.Of(nameof(TextLaws.ComesBack), Texts.Any, texts => TextLaws.ComesBack(texts.Corpus, (_, text) =>
                string.Concat(text.Select(unit => Rune.TryCreate(unit, out var rune) ? rune.ToString() : ""))))),
        new("The endless document",
            "BOS is set before a document and not after it: the model never learns to stop.",
            " is ",
            Kill.Of(nameof(TextLaws.IsFramedByBos), Texts.Any, texts => TextLaws.IsFramedByBos(texts.Corpus, (tokenizer, text) =>
                TextLaws.Encode(tokenizer, text)[..^1]))),
        new("The card up the sleeve",
            "A shuffle draws every card from the whole deck, and does not take it out.",
            "other items came of it",
            Kill.Of(nameof(ChanceLaws.KeepsEveryItem), ChanceInputs.Shuffles, input =>
                ChanceLaws.KeepsEveryItem(input.Items, input.Seed, WithReplacement))),
        new("The lazy shuffle",
            "A shuffle lets no card stay where it was: the place it draws is always another, and most orders never come.",
            "χ² is",
            Kill.Of(nameof(ChanceLaws.GivesEveryPlaceTheSameChance), ChanceInputs.Shuffles, input =>
                ChanceLaws.GivesEveryPlaceTheSameChance(input.Items.Length, input.Seed, WithoutStaying))),
        new("The fair sampler",
            "Every token is drawn as often as any other, as if the model had said nothing.",
            "was drawn, whose weight is 0",
            Kill.Of(nameof(ChanceLaws.DrawsByWeight), ChanceInputs.Choices, choice => ChanceLaws.DrawsByWeight(choice, (random, weights) =>
                random.RandBelow(weights.Length)))),
        new("The cold start",
            "Adam's means start from 0 without a bias correction: the first step is half as large again as it should be.",
            "the first step is",
            Kill.Of(nameof(TrainingLaws.StepsByTheSignFirst), TrainingInputs.Gradients, history =>
                TrainingLaws.StepsByTheSignFirst(history.Gradients[0], ColdStart)),
            Kill.Of(nameof(TrainingLaws.IsAdam), TrainingInputs.Gradients, history => TrainingLaws.IsAdam(history.Gradients, ColdStart))),
        new("The climber",
            "The sign of the gradient is lost, and the model goes up the hill that it should go down.",
            "the loss went from",
            Kill.Of(nameof(TrainingLaws.LearnsWhatItSees), TrainingInputs.Models, example =>
                TrainingLaws.LearnsWhatItSees(example.Model, Mutation.Derivatives(g => -g), Optimizers.Default))),
    ];

    // Adam without its bias correction: at step t each mean is (1-βᵗ) of the corrected one.
    private static TrainingState ColdStart(TrainingState state, Gradient gradient, double learningRate)
    {
        var t = state.Step + 1;
        return OptimizerUpdates.By(new Adam())(
            state, gradient, learningRate * (1 - Math.Pow(0.85, t)) / Math.Sqrt(1 - Math.Pow(0.99, t)));
    }

    private static (ImmutableArray<int> Value, PythonRandom Next) WithReplacement(PythonRandom random, ImmutableArray<int> items) =>
        random.Repeat(items.Length, r =>
        {
            var (i, next) = r.RandBelow(items.Length);
            return (items[i], next);
        });

    private static (ImmutableArray<int> Value, PythonRandom Next) WithoutStaying(PythonRandom random, ImmutableArray<int> items)
    {
        var shuffled = items.ToArray();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            (var j, random) = random.RandBelow(i);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return ([.. shuffled], random);
    }
}
