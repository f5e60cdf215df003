using LanguageExt;

namespace MicroGpt.Facts;

/// <summary>The side of an outcome that a fact expects; the other one fails it.</summary>
internal static class Outcome
{
    public static A OrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.Match(Right: value => value, Left: problem => throw new InvalidOperationException(problem.Sentence));

    public static A OrThrow<A>(this Validation<Problem, A> outcome) =>
        outcome.Match(Succ: value => value, Fail: problems => throw new InvalidOperationException(string.Join(" ", problems)));

    public static Problem ProblemOrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.Match(Right: value => throw new InvalidOperationException($"No problem, but {value}."), Left: problem => problem);
}
