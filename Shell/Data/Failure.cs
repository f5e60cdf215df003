namespace MicroGpt.Shell.Data;

/// <summary>Why a file could not be used.</summary>
internal static class Failure
{
    /// <summary>Whether the world failed, rather than the program.</summary>
    public static bool IsOfWorld(Exception e) => e is IOException or UnauthorizedAccessException || IsTooLarge(e);

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

    // .NET takes it for a wrong argument of whoever writes.
    private static bool IsTooLarge(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" };
}
