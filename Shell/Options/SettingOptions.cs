using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Training;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The settings of a run as options: --n-embd for n_embd.</summary>
internal static class SettingOptions
{
    private static readonly ImmutableArray<(Setting<RunConfiguration> Setting, CommandOption Option)> Table =
        [.. RunConfiguration.AllSettings.Select(setting => (setting, OptionOf(setting)))];

    /// <summary>The options of all settings, in the order of their table.</summary>
    public static IEnumerable<CommandOption> All => Table.Select(row => row.Option);

    /// <summary>The options of the text and of the sizes of a model, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> OfModel => Of("data", "split", "n_embd", "n_head", "n_layer", "block_size");

    /// <summary>The options of the optimizer and its hyperparameters.</summary>
    public static IEnumerable<CommandOption> OfOptimizer => All.SkipWhile(option => option.Name != "--optimizer");

    /// <summary>The options of some settings.</summary>
    public static IEnumerable<CommandOption> Of(params string[] settings) =>
        settings.Select(name => Table.First(row => row.Setting.Name == name).Option);

    /// <summary>The settings of a command line. A command that has fewer options leaves the others to the program.</summary>
    public static GivenSettings Read(ParseResult parse) => Read(parse, GivenSettings.None);

    /// <summary>The settings of a command line, which override others.</summary>
    public static GivenSettings Read(ParseResult parse, GivenSettings before) => before.With(SettingSource.CommandLine,
        from row in Table
        where row.Option.IsGiven(parse)
        select (row.Setting.Name, row.Option is TypedOption<string> option ? option.Parse(parse) : "1"));

    private static CommandOption OptionOf(Setting<RunConfiguration> setting)
    {
        var name = SettingSource.CommandLine.NameOf(setting.Name);
        return setting.Kind == SettingKind.Flag
            ? TypedOption.Flag(name, setting.Meaning)
            : new TypedOption<string>(
                name, HelpNameOf(setting.Kind), setting.Example, setting.Text.IsSome, setting.Meaning, (_, text) => text);
    }

    private static string HelpNameOf(SettingKind kind) => kind switch
    {
        SettingKind.WholeNumber => "n",
        SettingKind.Number => "x",
        SettingKind.Choice => "name",
        SettingKind.Text => TypedOption.AnyText,
        _ => "file",
    };
}
