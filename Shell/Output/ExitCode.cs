namespace MicroGpt.Shell.Output;

/// <summary>What the process leaves behind for whoever started it.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int IoError = 1;
    public const int GradientIsOff = 1;
    public const int UserErred = 2;

    /// <summary>Tells the user everything that is wrong with what was given, a line for each problem.</summary>
    public static int Of(IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        return UserErred;
    }
}
