using LanguageExt;

namespace MicroGpt;

/// <summary>The value of an outcome, for programs that cannot continue without the value. A problem becomes an exception.</summary>
public static class Problems
{
    /// <summary>The value. For a problem, an <see cref="InvalidOperationException"/> with its sentence is thrown.</summary>
    public static A OrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.IfLeft(problem => throw new InvalidOperationException(problem.Sentence));

    /// <summary>The value. For problems, an <see cref="InvalidOperationException"/> with all their sentences is thrown.</summary>
    public static A OrThrow<A>(this Validation<Problem, A> outcome) =>
        outcome.IfFail(problems => throw new InvalidOperationException(string.Join(" ", problems)));
}
