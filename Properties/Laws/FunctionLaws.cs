namespace MicroGpt.Properties;

/// <summary>The errors of the functions of an engine.</summary>
public static class FunctionLaws
{
    /// <summary>A complaint if a measured error is larger than is claimed, or if few arguments were measured.</summary>
    public static string? ErrorBeyondTheClaim(MeasuredFunction function, FunctionError error) =>
        error.Arguments < 1000 ? $"{function} has {error.Arguments} arguments only"
        : !(error.Units <= function.Most) ? FormattableString.Invariant($"{function} errs by {error.Units:G3} units at {error.At:R}")
        : null;
}
