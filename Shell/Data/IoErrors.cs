using LanguageExt;

namespace MicroGpt.Shell.Data;

/// <summary>I/O errors, and the sentences that report them.</summary>
internal static class IoErrors
{
    /// <summary>True if an exception comes from a file or a device, not from a defect of the program.</summary>
    public static bool IsIoError(Exception e) => e is IOException or UnauthorizedAccessException || IsTooLarge(e);

    /// <summary>The reason of an error, in words that follow the name of the file.</summary>
    public static string Reason(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        FileNotFoundException => "it does not exist",
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "access to it is denied",
        _ when IsTooLarge(e) => "it would be larger than the file system allows",
        _ => e.Message.TrimEnd('.'),
    };

    /// <summary>The reason of an error of a file that is not known by name.</summary>
    public static string Reason(Exception e) => IsTooLarge(e) ? "a file would be larger than the file system allows" : e.Message;

    /// <summary>The result of `read`; an I/O error becomes a problem that names the file, the reason and the remedy.</summary>
    public static Either<Problem, A> Try<A>(string path, string remedy, Func<Either<Problem, A>> read)
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

    /// <summary>The problem that the file which an option names cannot be saved.</summary>
    public static Problem Unsaved(string path, string reason, string option) =>
        new($"{path} cannot be saved: {reason}; make room, or name another file with {option}.");

    // .NET reports a file beyond the size limit of the file system as a wrong argument of the write.
    private static bool IsTooLarge(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" };
}
