namespace MicroGpt.Shell.Data;

/// <summary>
/// The file where a path ends. Two paths have equal identities if they end at the same file: by links of any kind, by linked folders, or
/// by another spelling.
/// </summary>
/// <param name="Known">The status of the file, or of the folder that it would be created in. Null if the system tells neither.</param>
/// <param name="Rest">The rest of the path: nothing, or the name in the folder, or all of it.</param>
internal sealed record FileIdentity(FileStatus? Known, string Rest)
{
    private const int MostLinks = 40; // the limit of Linux

    /// <summary>The identity of a file, or null if there is something else at the end of the path: a folder, a pipe, a device.</summary>
    public static FileIdentity? Of(string path)
    {
        if (IsSpecial(path)) return null;
        if (FileStatus.Read(path) is { } file) return new(file, "");
        var end = Resolve(path);
        return FileStatus.Read(Path.GetDirectoryName(end) ?? end) is { } folder
            ? new(folder, Fold(Path.GetFileName(end)))
            : new(null, Fold(end));
    }

    /// <summary>True if two paths end at the same file.</summary>
    public static bool AreSame(string one, string other) => Of(one) is { } file && file == Of(other);

    /// <summary>True if a path ends at something that is not a regular file. Writing to it replaces nothing.</summary>
    public static bool IsSpecial(string path) =>
        FileStatus.Read(path) is { IsRegular: false }
        || OperatingSystem.IsWindows() && Path.GetFullPath(path).StartsWith(@"\\.\", StringComparison.Ordinal);

    /// <summary>The path after all links on it are followed, also those of its folders. Its end need not exist.</summary>
    public static string Resolve(string path) => Resolve(Path.GetFullPath(path), MostLinks);

    // The target of a link may contain "..", which leads out of the folder where the path has ended so far.
    private static string Resolve(string path, int links)
    {
        if (Path.GetDirectoryName(path) is not { } parent) return path;
        var folder = Resolve(parent, links);
        if (Path.GetFileName(path) is var last && last is "" or ".") return folder;
        if (last == "..") return Path.GetDirectoryName(folder) ?? folder;
        var end = Path.Combine(folder, last);
        return new FileInfo(end).LinkTarget is { } target && links > 0 ? Resolve(Path.Combine(folder, target), links - 1) : end;
    }

    // Most file systems of Windows and macOS ignore case. Existing files are compared by their numbers instead.
    private static string Fold(string path) => OperatingSystem.IsLinux() ? path : path.ToUpperInvariant();
}
