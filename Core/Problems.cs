using LanguageExt;

namespace MicroGpt;

/// <summary>The end of an outcome: its value, or an exception that says what the problem says.</summary>
public static class Problems
{
    /// <summary>The value. An <see cref="InvalidOperationException"/> with the problem's sentence is thrown if there is none.</summary>
    public static A OrThrow<A>(this Either<Problem, A> outcome) =>
        outcome.IfLeft(problem => throw new InvalidOperationException(problem.Sentence));

    /// <summary>The value. An <see cref="InvalidOperationException"/> with the sentences of all problems is thrown if there is none.</summary>
    public static A OrThrow<A>(this Validation<Problem, A> outcome) =>
        outcome.IfFail(problems => throw new InvalidOperationException(string.Join(" ", problems)));
}
