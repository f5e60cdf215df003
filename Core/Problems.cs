using LanguageExt;

namespace MicroGpt;

/// <summary>The values of outcomes, for programs that cannot continue without them: a problem becomes an exception.</summary>
public static class Problems
{
    /// <summary>The value. An <see cref="InvalidOperationException"/> with the problem's sentence is thrown if there is none.</summary>
    public static A OrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.IfLeft(problem => throw new InvalidOperationException(problem.Sentence));

    /// <summary>The value. An <see cref="InvalidOperationException"/> with all sentences is thrown if there is none.</summary>
    public static A OrThrow<A>(this Validation<Problem, A> outcome) =>
        outcome.IfFail(problems => throw new InvalidOperationException(string.Join(" ", problems)));
}
