using LanguageExt;

namespace MicroGpt;

/// <summary>The value of an outcome, for programs that cannot continue without the value. A problem becomes an exception.</summary>
public static class Problems
{
    /// <summary>
    /// The value of a valid outcome. Otherwise throws an <see cref="InvalidOperationException"/> with the problem's sentence.
    /// </summary>
    public static A OrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.IfLeft(problem => throw new InvalidOperationException(problem.Sentence));

    /// <summary>
    /// The value of a valid outcome. Otherwise throws an <see cref="InvalidOperationException"/> with the sentences of all problems.
    /// </summary>
    public static A OrThrow<A>(this Validation<Problem, A> outcome) =>
        outcome.IfFail(problems => throw new InvalidOperationException(string.Join(" ", problems)));
}
