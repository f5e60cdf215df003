using MicroGpt.Checkpoints;

namespace MicroGpt.Shell.Data;

/// <summary>Files that exist.</summary>
internal static class ExistingFile
{
    /// <summary>The content of the regular file where a path ends, recognized by its first bytes. Null if there is no such file.</summary>
    public static FileContent? Examine(string path)
    {
        if (FileIdentity.IsSpecial(path) || !File.Exists(FileIdentity.Resolve(path))) return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var start = new byte[Math.Min(file.Length, FileContent.MostExamined)];
        return FileContent.Recognize(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)), file.Length);
    }
}
