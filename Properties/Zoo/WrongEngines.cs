using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Mutants of engines: the mathematics is right, and the program is not.</summary>
public static class WrongEngines
{
    private const double Decay = 0.01;

    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The hidden decay",
            "The gradient of a weight penalty is added: rows that no document uses are trained to be small.",
            "which is not used,",
            Kill.ThroughGpts(nameof(GptLaws.IsZeroForWhatIsUnused), Decayed, GptLaws.IsZeroForWhatIsUnused)),
        new("The half number",
            "Somewhere on the way a number is kept in single precision, and half of its digits are gone.",
            "the loss is",
            Kill.ThroughGpts(nameof(EquivalenceLaws.FindsTheLoss), Halved, EquivalenceLaws.FindsTheLoss),
            Kill.ThroughGpts(nameof(EquivalenceLaws.FindTheSameGradient), Halved,
                (model, engine) => EquivalenceLaws.FindTheSameGradient(model, engine, Engines.Scalar, 1e-12)),
            Kill.ThroughGpts(nameof(EquivalenceLaws.IsRightToItsPrecision), Halved,
                (model, engine) => EquivalenceLaws.IsRightToItsPrecision(model, engine, Tolerance.OfDouble))),
        new("The tenth of a percent",
            "A kernel is off by a thousandth, and single precision is made the excuse: it has seven digits, not three.",
            "the gradient of ",
            Kill.ThroughGpts(nameof(EquivalenceLaws.IsRightToItsPrecision), Mutation.Derivatives(g => g * 1.001),
                (model, engine) => EquivalenceLaws.IsRightToItsPrecision(model, engine, Tolerance.OfSingle))),
        new("The only witness",
            "The first document is scored, and the others are taken to be as likely.",
            "log p of document 1 is",
            Kill.Of(nameof(EquivalenceLaws.ScoresToItsPrecision), Models.Small, model => EquivalenceLaws.ScoresToItsPrecision(
                model, OfTheFirst, Tolerance.OfSingle))),
        new("The crowded bench",
            "A document that is scored beside others is scored as if it followed one of them.",
            "among others is",
            Kill.Of(nameof(EquivalenceLaws.ScoresEachAlone), Models.Small, model => EquivalenceLaws.ScoresEachAlone(model, Joined))),
        new("The mean of means",
            "Validation takes the mean per document for the mean per token, and the tokens of short documents weigh too much.",
            "the loss per token of held-out documents is",
            Kill.Of(nameof(EquivalenceLaws.AveragesTokensAndDocuments), Models.Small, model => EquivalenceLaws.AveragesTokensAndDocuments(
                model, MeanOfMeans))),
        new("The shortcut",
            "Plain numbers get a kernel of their own, which adds from the other end: the loss shown is not the one differentiated.",
            "real part is",
            Kill.Of(nameof(EquivalenceLaws.HasOneValue), MatrixFormulas.Any, m => EquivalenceLaws.HasOneValue(
                m.With(body: m.Body.Replace(operation => operation is Times right ? new Shortcut(right) : operation))))),
    ];

    /// <summary>An engine that finds the value of an expression for the loss, and no gradient.</summary>
    public static Engine Loss(LanguageModel model, Expr loss) => (parameters, batch, _) =>
        (loss.Evaluate(model.Bind(parameters.Matrices(x => new Real(x)), batch))[0, 0].Plain, Gradient.Zero(parameters.Table));

    private static Scorer OfTheFirst(LanguageModel model) => (parameters, documents, _) =>
        [.. Enumerable.Repeat(Scorers.Create(model)(parameters, documents[..1])[0], documents.Length)];

    // Each document but the first is the end of a longer one, which begins with the first.
    private static Scorer Joined(LanguageModel model) => (parameters, documents, _) =>
    [
        .. Scorers.Create(model)(parameters, [documents[0], .. documents.Skip(1).Select(document => documents[0].AddRange(document[1..]))]),
    ];

    private static MeanLosses MeanOfMeans(ImmutableArray<Likelihood> documents)
    {
        var mean = MeanLosses.Average(documents).PerDocument;
        return new(mean, mean);
    }

    private static Engine Decayed(LanguageModel model) => (parameters, batch, _) =>
    {
        var (loss, gradient) = Engines.Expression(model)(parameters, batch);
        return (loss, gradient with { Values = [.. gradient.Values.Zip(parameters.Values, (g, p) => g + Decay * p)] });
    };

    private static Engine Halved(LanguageModel model) => (parameters, batch, _) =>
    {
        var (loss, gradient) = Mutation.Derivatives(g => (float)g)(model)(parameters, batch);
        return ((float)loss, gradient);
    };

    /// <summary>A product that adds plain numbers from the right.</summary>
    private sealed record Shortcut(Times Times) : AlmostSame(Times)
    {
        public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
        {
            if (typeof(T) != typeof(Real)) return base.Forward(shape, arguments, inputs);
            var (x, w) = (arguments[0], arguments[1]);
            return Matrix<T>.Of(x.Rows, w.Columns, (i, j) =>
                Sum.Of(0, x.Columns, o => x[i, x.Columns - 1 - o] * w[x.Columns - 1 - o, j]));
        }
    }
}
