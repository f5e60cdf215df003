using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>Items that are used while they are generated: tokens of running text, or names.</summary>
internal static class Streaming
{
    /// <summary>
    /// Uses each item as soon as it is generated, up to the first problem, or until <paramref name="use"/> returns false. A cancellation
    /// ends the stream, too; the items before it are complete.
    /// </summary>
    public static Either<Problem, Unit> ForEach<A>(IEnumerable<Either<Problem, A>> items, Func<A, Either<Problem, bool>> use)
    {
        try
        {
            foreach (var item in items)
            {
                var outcome = item.Bind(use);
                if (outcome.Case is Problem problem) return problem;
                if (outcome.Case is false) break;
            }
        }
        catch (OperationCanceledException)
        {
            // The items so far are the result.
        }
        return unit;
    }
}
