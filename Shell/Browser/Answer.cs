using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LanguageExt;

namespace MicroGpt.Browser;

/// <summary>The problems with the reader's input, as sentences.</summary>
internal sealed record ProblemList(ImmutableArray<string> Problems);

/// <summary>An answer to the page, as JSON: an object, or a list of problems.</summary>
internal static class Answer
{
    /// <summary>A value as JSON.</summary>
    public static string Of<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    /// <summary>A valid value as JSON, otherwise its problems.</summary>
    public static string Of<T>(Validation<Problem, T> outcome, JsonTypeInfo<T> type) => outcome.Match(
        Succ: value => Of(value, type),
        Fail: problems => Of(new([.. problems.Select(problem => problem.Sentence)]), AnswerJson.Default.ProblemList));

    /// <summary>A value as JSON, otherwise its problem.</summary>
    public static string Of<T>(Either<Problem, T> outcome, JsonTypeInfo<T> type) => Of(outcome.ToValidation(), type);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemList))]
internal sealed partial class AnswerJson : JsonSerializerContext;
