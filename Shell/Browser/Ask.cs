using System.Collections.Immutable;
using System.Runtime.InteropServices.JavaScript;
using System.Text.Json.Serialization;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Reports;
using static MicroGpt.Reports.Markup;

namespace MicroGpt.Browser;

/// <summary>The model that questions are put to.</summary>
internal sealed record ModelSummary(
    bool IsLoaded, int Step, int Steps, int ParameterCount, string Sizes, string Alphabet, ImmutableArray<MatrixSize> Matrices);

/// <summary>The next token after a prompt: a picture of the likeliest, the number that can be drawn, and continuations.</summary>
internal sealed record NextToken(string Picture, int Drawable, int VocabSize, ImmutableArray<string> Continuations);

/// <summary>The attention of a head over a text, as a picture.</summary>
internal sealed record HeadPicture(int Layer, int Head, string Picture);

/// <summary>The score of a text.</summary>
internal sealed record ScoredText(string Text, double Bits, double Perplexity, double LogProbability)
{
    /// <summary>A text with its likelihood.</summary>
    public static ScoredText Of(string text, Likelihood likelihood) =>
        new(text, likelihood.BitsPerCharacter, likelihood.Perplexity, likelihood.LogProbability);
}

/// <summary>A weight that was moved: the loss of a text, and the loss that the gradient foretold.</summary>
internal sealed record MovedWeight(string Name, double Value, double Gradient, double Loss, double Foretold, double Before, string Picture);

/// <summary>The room in which questions are put to a model.</summary>
internal static partial class Ask
{
    private const int Likeliest = 12, Points = 17;

    private static Option<AskedModel> asked;

    /// <summary>The model in use.</summary>
    [JSExport]
    internal static string Model() => Answer.Of(Asked().Map(Summary), AskJson.Default.ModelSummary);

    /// <summary>Uses the model of a checkpoint's file.</summary>
    [JSExport]
    internal static string Use(string name, byte[] file)
    {
        var read = CheckpointFile.Read(file, name);
        read.IfRight(checkpoint => Session.Loaded = checkpoint);
        return Answer.Of(read.Bind(_ => Asked()).Map(Summary), AskJson.Default.ModelSummary);
    }

    /// <summary>Uses the model of the room Learn again.</summary>
    [JSExport]
    internal static string UseRun()
    {
        Session.Loaded = Option<Checkpoint>.None;
        return Model();
    }

    /// <summary>The file of the model in use, empty if there is none.</summary>
    [JSExport]
    internal static byte[] Save() =>
        Session.Model.Match(Right: CheckpointFile.Write, Left: _ => []).ToArray();

    /// <summary>The next token, by sampling with these options. A top-k of 0 and a top-p of 1 leave all tokens.</summary>
    [JSExport]
    internal static string Next(string prompt, double temperature, int topK, double topP, int seed) => Answer.Of(
        from model in Asked().ToValidation()
        from divisor in Temperature.Create("temperature", temperature)
        let options = new SamplingOptions(
            divisor, topK > 0 ? topK : Option<int>.None, topP < 1 ? topP : Option<double>.None)
        from context in model.ContextOf(prompt).ToValidation()
        from continuations in model.Continue(prompt, options, PythonRandom.Seed(seed), count: 6).ToValidation()
        select Next(model, prompt, model.LogitsAfter(context), options, [.. continuations]), AskJson.Default.NextToken);

    /// <summary>The attention of each head over a text.</summary>
    [JSExport]
    internal static string Attention(string text) => Answer.Of(
        from model in Asked()
        from document in DocumentOf(model, text)
        let trace = ForwardTrace.Evaluate(model.Gpt, model.Checkpoint.State.Parameters, document)
        let seen = trace.Tokens.Select(model.Checkpoint.Tokenizer.Glyph).ToImmutableArray()
        select trace.Heads.Select(head => new HeadPicture(head.Layer, head.Head,
            HeatMap.Svg(head.Weights, seen, seen, 180, $"Attention of layer {head.Layer}, head {head.Head}"))).ToImmutableArray(),
        AskJson.Default.ImmutableArrayHeadPicture);

    /// <summary>The scores of texts, one a line.</summary>
    [JSExport]
    internal static string Score(string texts) => Answer.Of(
        from model in Asked()
        let lines = texts.Split('\n').Where(text => text != "").ToArray()
        from documents in lines.Select(line => DocumentOf(model, line)).Sequence()
        select lines.Zip(model.Score([.. documents]), ScoredText.Of).ToImmutableArray(), AskJson.Default.ImmutableArrayScoredText);

    /// <summary>The loss of a text if one weight is moved, beside the loss that the gradient at the weight foretells.</summary>
    [JSExport]
    internal static string Move(string text, string matrix, int row, int column, double moved) => Answer.Of(
        from model in Asked()
        from index in Entries.Find(model.Checkpoint.Configuration, matrix, row, column)
        from document in DocumentOf(model, text)
        select Move(model, document, index, moved), AskJson.Default.MovedWeight);

    private static Either<Problem, AskedModel> Asked() => Session.Model.Map(checkpoint =>
    {
        var model = asked.Filter(each => ReferenceEquals(each.Checkpoint.State, checkpoint.State)).IfNone(() => new(checkpoint));
        asked = model;
        return model;
    });

    private static ModelSummary Summary(AskedModel model)
    {
        var checkpoint = model.Checkpoint;
        return new(
            Session.Loaded.IsSome, checkpoint.State.Step, checkpoint.RunConfiguration.Schedule.Steps,
            checkpoint.Configuration.ParameterCount, $"{checkpoint.Configuration}", string.Concat(checkpoint.Tokenizer.Alphabet),
            MatrixSize.Of(checkpoint.Configuration));
    }

    private static NextToken Next(
        AskedModel model, string prompt, ImmutableArray<double> logits, SamplingOptions options, ImmutableArray<string> continuations)
    {
        var (tokenizer, probabilities) = (model.Checkpoint.Tokenizer, options.Probabilities(logits));
        var shown = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(Likeliest);
        return new(
            BarChart.Probabilities(
                [.. shown.Select(token => (tokenizer.Glyph(token), probabilities[token], false))],
                $"Probabilities of the next token after {Printable(prompt)}"),
            probabilities.Count(p => p > 0), logits.Length, continuations);
    }

    private static Either<Problem, ImmutableArray<int>> DocumentOf(AskedModel model, string text) =>
        model.Checkpoint.Tokenizer.Document(text).Bind(document => document.Length > 1
            ? document
            : Prelude.Left<Problem, ImmutableArray<int>>(new("The text is too short to predict anything; write two characters.")));

    private static MovedWeight Move(AskedModel model, ImmutableArray<int> document, int index, double moved)
    {
        var parameters = model.Checkpoint.State.Parameters;
        var (value, (before, gradient)) = (parameters.Values[index], model.LossOf(document, index, 0));
        var (slope, loss) = (gradient.Values[index], model.LossOf(document, index, moved).Loss);
        var foretold = before + slope * moved;
        return new(
            parameters.Table.NameOf(index), value, slope, loss, foretold, before,
            Charts.Along(value, before, slope, moved, x => model.LossOf(document, index, x).Loss, Points));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(NextToken))]
[JsonSerializable(typeof(ImmutableArray<HeadPicture>))]
[JsonSerializable(typeof(ImmutableArray<ScoredText>))]
[JsonSerializable(typeof(MovedWeight))]
internal sealed partial class AskJson : JsonSerializerContext;
