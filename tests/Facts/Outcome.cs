using LanguageExt;

namespace MicroGpt.Facts;

/// <summary>The problems of an outcome.</summary>
internal static class Outcome
{
    /// <summary>The problem of an outcome that a fact expects to have one.</summary>
    public static Problem ProblemOrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.Match(Right: value => throw new InvalidOperationException($"No problem, but {value}."), Left: problem => problem);

    /// <summary>The sentences of all problems; none if there is a value.</summary>
    public static string[] Sentences<A>(this Validation<Problem, A> outcome) =>
        [.. outcome.FailToSeq().Select(problem => problem.Sentence)];
}
