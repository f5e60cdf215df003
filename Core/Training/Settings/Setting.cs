using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using LanguageExt;
using MicroGpt.Text;

namespace MicroGpt.Training;

/// <summary>The kinds of values that a setting can have.</summary>
public enum SettingKind
{
    /// <summary>A whole number of at least 0.</summary>
    WholeNumber,

    /// <summary>A number.</summary>
    Number,

    /// <summary>Yes or no: the text is 1 or 0.</summary>
    Flag,

    /// <summary>One of a few names.</summary>
    Choice,

    /// <summary>A text.</summary>
    Text,

    /// <summary>The path of a file.</summary>
    File,
}

/// <summary>The rules by which a run that goes on from a checkpoint may change a setting.</summary>
public enum ResumeRule
{
    /// <summary>The value stays. A checkpoint holds it.</summary>
    Keep,

    /// <summary>The value may only grow. A checkpoint holds it.</summary>
    Grow,

    /// <summary>The value may change. A checkpoint holds it.</summary>
    Change,

    /// <summary>The value is free, because what the model learns does not depend on it. A checkpoint does not hold it.</summary>
    Free,
}

/// <summary>
/// A setting, as a row of a table. Options, configuration files, checkpoints and <c>inspect</c> derive from the row, so they agree.
/// </summary>
/// <typeparam name="T">The owner of the value, such as an optimizer.</typeparam>
/// <param name="name">The name, such as n_embd.</param>
/// <param name="kind">The kind of value.</param>
/// <param name="text">The value, as text. None if it is left to the program.</param>
/// <param name="read">The owner with the value of a text, or a problem. The arguments are the place of the text and the text.</param>
/// <param name="meaning">The meaning, in sentences.</param>
public sealed class Setting<T>(
    string name, SettingKind kind, Option<string> text, Func<string, string, Validation<Problem, T>> read, string meaning)
{
    private readonly Func<string, string, Validation<Problem, T>> read = read;

    /// <summary>The name, such as n_embd.</summary>
    public string Name { get; } = name;

    /// <summary>The kind of value.</summary>
    public SettingKind Kind { get; } = kind;

    /// <summary>The value, as text. None if it is left to the program.</summary>
    public Option<string> Text { get; } = text;

    /// <summary>The meaning, in sentences.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>The rule for a run that is resumed.</summary>
    public ResumeRule Rule { get; init; }

    /// <summary>The names to choose from.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>The range of a number, as keywords of a JSON schema.</summary>
    public ImmutableArray<(string Keyword, int Limit)> Limits { get; init; } = [];

    /// <summary>A valid text, for messages.</summary>
    public string Example { get; init; } = text.IfNone("");

    /// <summary>The owner with the value of a text, or a problem that starts with the place of the text.</summary>
    internal Validation<Problem, T> Read(string place, string value) => read(place, value);

    /// <summary>The problems with the present value.</summary>
    internal Seq<Problem> Check() => Text.ToSeq().Bind(value => Read(Name, value).FailToSeq());

    /// <summary>The same row of a larger owner.</summary>
    public Setting<U> Map<U>(Func<T, U> owner) => Copy((place, value) => read(place, value).Map(owner), Rule, Meaning);

    /// <summary>The same row with another rule for a run that is resumed.</summary>
    public Setting<T> OnResume(ResumeRule rule) => Copy(read, rule, Meaning);

    /// <summary>The same row with a sentence more in its meaning.</summary>
    public Setting<T> Explain(string sentence) => Copy(read, Rule, $"{Meaning} {sentence}");

    private Setting<U> Copy<U>(Func<string, string, Validation<Problem, U>> reader, ResumeRule rule, string sentences) =>
        new(Name, Kind, Text, reader, sentences) { Rule = rule, Choices = Choices, Limits = Limits, Example = Example };

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static Setting<T> Count(string name, int value, int least, Func<int, T> with, string meaning) =>
        new(name, SettingKind.WholeNumber, Whole(value), (place, text) => NumberParser.ParseCount(least, place, text).Map(with), meaning)
        {
            Limits = [("minimum", least)],
        };

    /// <summary>A whole number of at least 1, or none.</summary>
    public static Setting<T> OptionalCount(
        string name, Option<int> value, Func<Option<int>, T> with, string example, string meaning) =>
        new(name, SettingKind.WholeNumber, value.Map(number => Whole(number)),
            (place, text) => NumberParser.ParseCount(1, place, text).Map(number => with(number)), meaning)
        {
            Limits = [("minimum", 1)],
            Example = example,
        };

    /// <summary>A whole number of any size that is at least 0.</summary>
    public static Setting<T> Natural(string name, BigInteger value, Func<BigInteger, T> with, string meaning) =>
        new(name, SettingKind.WholeNumber, Whole(value), (place, text) => NumberParser.ParseWhole(0, place, text).Map(with), meaning)
        {
            Limits = [("minimum", 0)],
        };

    /// <summary>A share: at least 0 and less than 1.</summary>
    public static Setting<T> Share(string name, double value, Func<double, T> with, string meaning) =>
        Number(name, value, Validate.Share, [("minimum", 0), ("exclusiveMaximum", 1)], with, meaning);

    /// <summary>A finite number greater than 0.</summary>
    public static Setting<T> Positive(string name, double value, Func<double, T> with, string meaning) =>
        Number(name, value, Validate.Positive, [("exclusiveMinimum", 0)], with, meaning);

    /// <summary>A finite number of at least 0.</summary>
    public static Setting<T> NotNegative(string name, double value, Func<double, T> with, string meaning) =>
        Number(name, value, Validate.NotNegative, [("minimum", 0)], with, meaning);

    /// <summary>A choice between yes and no.</summary>
    public static Setting<T> Flag(string name, bool value, Func<bool, T> with, string meaning) =>
        new(name, SettingKind.Flag, value ? "1" : "0", (place, text) => text switch
        {
            "1" => with(true),
            "0" => with(false),
            _ => new Problem($"{place} is {text.Quote()}; it must be 1 for yes or 0 for no."),
        }, meaning);

    /// <summary>One of the names of an enumeration, in lower case.</summary>
    public static Setting<T> Choice<E>(string name, E value, Func<E, T> with, string meaning) where E : struct, Enum =>
        Choice(name, NameOf(value), [.. Enum.GetValues<E>().Select(choice => (NameOf(choice), choice))], with, meaning);

    /// <summary>One of a few named values.</summary>
    public static Setting<T> Choice<A>(
        string name, string value, ImmutableArray<(string Name, A Value)> choices, Func<A, T> with, string meaning) =>
        new(name, SettingKind.Choice, value, (place, text) => Choose(choices, place, text).Map(with), meaning)
        {
            Choices = [.. choices.Select(choice => choice.Name)],
        };

    /// <summary>A text that a reader understands.</summary>
    public static Setting<T> Phrase(
        string name, string value, Func<string, string, Validation<Problem, T>> with, string meaning) =>
        new(name, SettingKind.Text, value, with, meaning);

    /// <summary>The path of a file, or none.</summary>
    public static Setting<T> File(
        string name, Option<string> value, Func<Option<string>, T> with, string example, string meaning) =>
        new(name, SettingKind.File, value, (place, path) => path == "" || path.Contains('\0')
            ? new Problem($"{place} is {(path == "" ? "an empty path" : "a path with a NUL character")}; "
                + $"write that of a file, such as {example}.")
            : with(path), meaning)
        {
            Example = example,
        };

    public override string ToString() => $"{Name} {Text.IfNone("-")}";

    private static Setting<T> Number(
        string name, double value, Func<string, double, Validation<Problem, double>> check, ImmutableArray<(string, int)> limits,
        Func<double, T> with, string meaning) =>
        new(name, SettingKind.Number, value.ToString("R", CultureInfo.InvariantCulture),
            (place, text) => NumberParser.Parse(check, place, text).Map(with), meaning)
        {
            Limits = limits,
        };

    private static Validation<Problem, A> Choose<A>(ImmutableArray<(string Name, A Value)> choices, string place, string text) =>
        choices.Find(choice => choice.Name == text).Map(choice => choice.Value).ToValidation(new Problem($"{place} is {text.Quote()}; "
            + $"it must be {string.Join(", ", choices[..^1].Select(choice => choice.Name))} or {choices[^1].Name}."));

    private static string Whole(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);

    private static string NameOf<E>(E value) => $"{value}".ToLowerInvariant();
}
