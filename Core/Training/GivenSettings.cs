using System.Collections.Immutable;
using LanguageExt;

namespace MicroGpt.Training;

/// <summary>A source of settings, such as the command line or a file.</summary>
/// <param name="Name">The name, such as run.json.</param>
/// <param name="Prefix">The beginning of a sentence about one of its settings.</param>
/// <param name="NameOf">The name that the source has for a setting.</param>
public sealed record SettingSource(string Name, string Prefix, Func<string, string> NameOf)
{
    /// <summary>The values of the program.</summary>
    public static SettingSource Default { get; } = new("default", "", name => name);

    /// <summary>The command line: --n-embd for n_embd.</summary>
    public static SettingSource CommandLine { get; } = new("command line", "", name => $"--{name.Replace('_', '-')}");

    /// <summary>A configuration file.</summary>
    public static SettingSource File(string path) => new(path, $"{path}: ", name => name);

    /// <summary>A checkpoint. It is valid, so there are no problems with its settings alone.</summary>
    public static SettingSource Checkpoint(string path) => new(path, "", name => name);

    /// <summary>The place of a setting, with which a problem begins.</summary>
    public string PlaceOf(string setting) => Prefix + NameOf(setting);
}

/// <summary>
/// The settings that sources give to a run, source after source. A later source overrides an earlier one. Every value is checked, also
/// one that is overridden.
/// </summary>
public sealed record GivenSettings
{
    private GivenSettings(RunConfiguration run) => Run = run;

    /// <summary>The configuration of the values that are valid by themselves.</summary>
    public RunConfiguration Run { get; private init; }

    private ImmutableDictionary<string, SettingSource> Sources { get; init; } = ImmutableDictionary<string, SettingSource>.Empty;

    private ImmutableList<(string Setting, Problem Problem)> Failed { get; init; } = [];

    /// <summary>No settings: all have their defaults.</summary>
    public static GivenSettings None { get; } = new(RunConfiguration.Default);

    /// <summary>The settings of a saved run.</summary>
    public static GivenSettings Saved(RunConfiguration run, SettingSource source) => new(run)
    {
        Sources = run.Settings.Where(setting => setting.Rule != ResumeRule.Free)
            .ToImmutableDictionary(setting => setting.Name, _ => source),
    };

    /// <summary>These settings, overridden by the texts of a source. A text that the source could not read is a problem.</summary>
    public GivenSettings With(SettingSource source, IEnumerable<(string Setting, Validation<Problem, string> Text)> texts) =>
        texts.OrderBy(text => text.Setting != RunConfiguration.OptimizerName) // the hyperparameters are those of the optimizer
            .Aggregate(this, (given, each) => given.With(source, each.Setting, each.Text));

    /// <summary>The source of a setting.</summary>
    public SettingSource SourceOf(string setting) => Sources.GetValueOrDefault(setting, SettingSource.Default);

    /// <summary>The problems with the values that sources give to a setting.</summary>
    public Seq<Problem> ProblemsOf(string setting) => Failed.Where(each => each.Setting == setting).Select(each => each.Problem).ToSeq();

    /// <summary>The configuration, or all problems: those with each value, and contradictions among values without a problem.</summary>
    public Validation<Problem, RunConfiguration> Validate()
    {
        var problems = Failed.Select(each => each.Problem).ToSeq() + (
            from conflict in Run.Conflicts
            where conflict.Settings.All(IsValid)
            from problem in conflict.Problems
            select new Problem(PrefixOf(conflict.Settings) + problem.Sentence)).ToSeq();
        return problems.IsEmpty ? Run : problems;
    }

    private bool IsValid(string setting) => ProblemsOf(setting).IsEmpty;

    private string? PrefixOf(IEnumerable<string> settings) =>
        settings.Select(setting => SourceOf(setting).Prefix).FirstOrDefault(prefix => prefix != "");

    private GivenSettings With(SettingSource source, string setting, Validation<Problem, string> text) =>
        text.Bind(value => Read(source, setting, value)).Match(
            Succ: run => this with { Run = run, Sources = SourcesIn(run).SetItem(setting, source) },
            Fail: problems => this with { Failed = Failed.AddRange(problems.Select(problem => (setting, problem))) });

    private Validation<Problem, RunConfiguration> Read(SettingSource source, string setting, string value) =>
        Run.Settings.FirstOrDefault(each => each.Name == setting) is { } found ? found.Read(source.PlaceOf(setting), value)
        : !IsValid(RunConfiguration.OptimizerName) ? Run // its optimizer is unknown
        : new Problem($"{source.Prefix}{Run.Optimizer.Name} has no {source.NameOf(setting)}; it has "
            + $"{string.Join(", ", Run.Optimizer.Hyperparameters.Select(each => source.NameOf(each.Name)))}.");

    // Another optimizer begins with its own defaults.
    private ImmutableDictionary<string, SettingSource> SourcesIn(RunConfiguration next) => next.Optimizer.Name == Run.Optimizer.Name
        ? Sources
        : Sources.RemoveRange(Run.Optimizer.Hyperparameters.Select(each => each.Name));
}
