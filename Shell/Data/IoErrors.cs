using LanguageExt;

namespace MicroGpt.Shell.Data;

/// <summary>Why a file could not be used.</summary>
internal static class IoErrors
{
    /// <summary>Whether the world failed, rather than the program.</summary>
    public static bool IsIoError(Exception e) => e is IOException or UnauthorizedAccessException || IsTooLarge(e);

    /// <summary>The reason in words that follow the name of the file.</summary>
    public static string Reason(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        FileNotFoundException => "it does not exist",
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "access to it is denied",
        _ when IsTooLarge(e) => "it would be larger than the file system allows",
        _ => e.Message.TrimEnd('.'),
    };

    /// <summary>What a file is read as; or that it cannot be read, why, and what to do instead.</summary>
    public static Either<Problem, A> Reading<A>(string path, string remedy, Func<Either<Problem, A>> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsIoError(e))
        {
            return new Problem($"{path} cannot be read: {Reason(path, e)}; {remedy}.");
        }
    }

    /// <summary>That a file which an option named cannot be saved, and why.</summary>
    public static Problem Unsaved(string path, string reason, string option) =>
        new($"{path} cannot be saved: {reason}; make room, or name another file with {option}.");

    // .NET takes it for a wrong argument of whoever writes.
    private static bool IsTooLarge(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" };
}
