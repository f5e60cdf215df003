using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices.JavaScript;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Browser;

/// <summary>A row of the form: a setting of a run. Least is the least number, if there is one.</summary>
internal sealed record SettingField(string Name, SettingKind Kind, string Text, string Meaning, ImmutableArray<string> Choices, int? Least);

/// <summary>A run before its first step: sizes, and the losses to compare with.</summary>
internal sealed record RunSummary(
    string Text, string Extent, string? Cut, int Steps, int ParameterCount, int VocabSize, double Chance, double Characters, double Pairs,
    ImmutableArray<MatrixSize> Matrices);

/// <summary>The place that a run has reached.</summary>
internal sealed record Progress(int Step, int Steps, double? Loss, double? Mean, double Rate);

/// <summary>The room in which a model learns.</summary>
internal static partial class Learn
{
    private static readonly SettingSource Form = new("the form", "", name => name);
    private static readonly ImmutableArray<string> Unused = ["data", "validation", "patience", "threads"];

    /// <summary>The settings that the form shows.</summary>
    [JSExport]
    internal static string Settings() => Answer.Of(
        [
            .. from setting in Read([], "names").IfFail(_ => RunConfiguration.Default).Settings
               where !Unused.Contains(setting.Name)
               let least = setting.Limits.Where(limit => limit.Keyword == "minimum").Select(limit => (int?)limit.Limit).FirstOrDefault()
               select new SettingField(
                   setting.Name, setting.Kind, setting.Text.IfNone(""), setting.Meaning, setting.Choices, least),
        ],
        LearnJson.Default.ImmutableArraySettingField);

    /// <summary>
    /// Begins a run. The settings are a JSON object of texts. The text to learn from is names, excerpt, or the name of a file with its
    /// bytes.
    /// </summary>
    [JSExport]
    internal static string Start(string settings, string name, byte[] utf8)
    {
        var text = name switch
        {
            "names" => GivenText.Names,
            "excerpt" => GivenText.Excerpt,
            _ => new(name, utf8),
        };
        var started = Read(JsonSerializer.Deserialize(settings, LearnJson.Default.DictionaryStringString)!, name)
            .Bind(configuration => Run.Create(configuration, text));
        (Session.Run, Session.Loaded) = (started.ToOption() || Session.Run, None);
        return Answer.Of(started.Map(run => Summary(run, text)), LearnJson.Default.RunSummary);
    }

    /// <summary>Trains for at most the given numbers of steps and of milliseconds, but for one step at least.</summary>
    [JSExport]
    internal static string Train(int steps, double milliseconds)
    {
        var watch = Stopwatch.StartNew();
        return Move(run => run.Train(steps, () => watch.Elapsed.TotalMilliseconds >= milliseconds));
    }

    /// <summary>Goes back to an earlier step.</summary>
    [JSExport]
    internal static string GoBack(int step) => Move(run => run.BackTo(step));

    /// <summary>The chart of the losses, with the lines of chance, of characters and of pairs.</summary>
    [JSExport]
    internal static string Curve() => Session.Run.Match(Some: Charts.Losses, None: "");

    /// <summary>A chart of the norm of the gradient of each matrix.</summary>
    [JSExport]
    internal static string Norms() => Session.Run.Match(Some: Charts.Norms, None: "");

    /// <summary>A sample of the present state, as a JSON array.</summary>
    [JSExport]
    internal static string Sample() => Answer.Of(
        Session.Started.Bind(run => run.Preview()).Map(sample => ImmutableArray.Create(sample)), LearnJson.Default.ImmutableArrayString);

    /// <summary>The samples after training.</summary>
    [JSExport]
    internal static string Samples() => Answer.Of(
        Session.Started.Bind(run => run.Samples().Sequence()).Map(samples => samples.ToImmutableArray()),
        LearnJson.Default.ImmutableArrayString);

    /// <summary>The last step, opened: its document, the loss of each position, and the update of one number.</summary>
    [JSExport]
    internal static string Open(string matrix, int row, int column) => Answer.Of(
        Session.Started.Bind(run => OpenedStep.Create(run, matrix, row, column)), LearnJson.Default.OpenedStep);

    /// <summary>The run as a checkpoint's file, empty if there is no run.</summary>
    [JSExport]
    internal static byte[] Save() =>
        Session.Run.Match(Some: run => CheckpointFile.Write(run.Checkpoint), None: []).ToArray();

    /// <summary>The log of the run as CSV, as the command line writes it. The speed of a step is not known.</summary>
    [JSExport]
    internal static byte[] Log() => Session.Run.Match(Some: run => Encoding.UTF8.GetBytes(Charts.LogOf(run)), None: []);

    // The interpreter is fastest in single precision, which the compiled engine alone has. The excerpt is running text.
    private static Validation<Problem, RunConfiguration> Read(Dictionary<string, string> settings, string text)
    {
        var defaults = new Dictionary<string, string>();
        if (settings.GetValueOrDefault("engine", "compiled") == "compiled") defaults.Add("precision", "single");
        if (text == "excerpt") defaults.Add("split", "none");
        return GivenSettings.None
            .With(Form, defaults.ExceptBy(settings.Keys, setting => setting.Key).Concat(settings)
                .Select(setting => (setting.Key, Success<Problem, string>(setting.Value))))
            .Validate();
    }

    private static string Move(Func<Run, Either<Problem, Run>> move)
    {
        var moved = Session.Started.Bind(move);
        moved.IfRight(run => Session.Run = run);
        return Answer.Of(moved.Map(ProgressOf), LearnJson.Default.Progress);
    }

    private static Progress ProgressOf(Run run)
    {
        var (schedule, results) = (run.Start.RunConfiguration.Schedule, run.History.Results);
        var mean = Charts.LossesOf(run).Smooth().Points;
        return new(
            run.History.Now.Step, schedule.Steps,
            results.IsEmpty ? null : results[^1].Loss, mean.IsEmpty ? null : mean[^1].Value,
            schedule.RateAt(Math.Min(run.History.Now.Step, schedule.Steps - 1)));
    }

    private static RunSummary Summary(Run run, GivenText text)
    {
        var (configuration, entropy) = (run.Start.Configuration, run.Entropy);
        var isRunningText = run.Corpus.Split.IsRunningText;
        return new(
            text.Name,
            isRunningText ? $"{run.Corpus.Documents[0].CodePoints().Count():N0} characters" : $"{run.Corpus.Documents.Length:N0} documents",
            isRunningText ? null : Truncation.Find(run.Corpus.Documents, configuration)
                .Map(cut => cut.Describe("documents").Replace("--block-size", "block_size"))
                .MatchUnsafe(Some: sentence => sentence, None: () => null),
            run.Start.RunConfiguration.Schedule.Steps, configuration.ParameterCount, configuration.VocabSize, configuration.ChanceLoss,
            entropy.Single, entropy.Pairs,
            MatrixSize.Of(configuration));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableArray<SettingField>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(Progress))]
[JsonSerializable(typeof(OpenedStep))]
[JsonSerializable(typeof(ImmutableArray<string>))]
internal sealed partial class LearnJson : JsonSerializerContext;
