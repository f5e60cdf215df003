using LanguageExt;

namespace MicroGpt.Facts;

/// <summary>The problem of an outcome that a fact expects to have one.</summary>
internal static class Outcome
{
    public static Problem ProblemOrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.Match(Right: value => throw new InvalidOperationException($"No problem, but {value}."), Left: problem => problem);
}
