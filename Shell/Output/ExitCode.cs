using LanguageExt;

namespace MicroGpt.Shell.Output;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int IoError = 1;
    public const int WrongGradient = 1;
    public const int UserError = 2;

    /// <summary>The exit code of a command; each problem becomes a line on standard error.</summary>
    public static int Conclude(Validation<Problem, int> outcome) => outcome.Match(
        Succ: code => code,
        Fail: problems =>
        {
            foreach (var problem in problems) Console.Error.WriteLine(problem);
            return UserError;
        });

    /// <summary>The exit code of a command that succeeds or has problems.</summary>
    public static int Conclude(Validation<Problem, Unit> outcome) => Conclude(outcome.Map(_ => Success));
}

/// <summary>The reason that a command ends before it is complete: an exit code, and the sentence for standard error, if any.</summary>
internal sealed record EarlyExit(int Code, Option<string> Sentence)
{
    /// <summary>The end by a problem that the user can mend.</summary>
    public static EarlyExit UserError(Problem problem) => new(ExitCode.UserError, problem.Sentence);

    /// <summary>The end by an error of a file.</summary>
    public static EarlyExit IoError(Problem problem) => new(ExitCode.IoError, problem.Sentence);

    /// <summary>Writes the sentence to standard error, and returns the exit code.</summary>
    public int Report()
    {
        Sentence.IfSome(Console.Error.WriteLine);
        return Code;
    }
}
