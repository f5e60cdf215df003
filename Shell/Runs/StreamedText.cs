using LanguageExt;
using MicroGpt.Generation;
using MicroGpt.Randomness;

namespace MicroGpt.Shell.Runs;

/// <summary>Running text that is printed while it is generated.</summary>
internal static class StreamedText
{
    /// <summary>
    /// Prints each token as soon as it is chosen. Returns the random generator after the last one. A cancellation ends the text.
    /// </summary>
    public static Either<Problem, PythonRandom> Print(
        IEnumerable<Either<Problem, (TokenChoice Choice, PythonRandom Next)>> tokens, PythonRandom random, Action<TokenChoice> print)
    {
        try
        {
            foreach (var token in tokens)
            {
                if (token.Case is Problem problem) return problem;
                (var choice, random) = token.OrThrow();
                print(choice);
            }
        }
        catch (OperationCanceledException)
        {
            // The tokens so far are the text.
        }
        return random;
    }
}
