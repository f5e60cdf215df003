using System.Runtime.InteropServices;
using LanguageExt;
using Microsoft.Win32.SafeHandles;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Data;

/// <summary>The file operations of a save, in order. A test replaces one by an operation that fails.</summary>
internal sealed record FileOperations(
    Func<string, Stream> Create, Action<Stream> Flush, Action<string, string, bool> Move, Action<string> FlushFolder, Action<string> Delete)
{
    /// <summary>The operations of the operating system.</summary>
    public static FileOperations Real { get; } = new(
        path => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0),
        stream => ((FileStream)stream).Flush(flushToDisk: true),
        File.Move,
        FlushEntries,
        File.Delete);

    // A move survives a power failure only when the folder is flushed too. .NET cannot open a folder; Windows does not need it.
    private static void FlushEntries(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = Open(folder, flags: 0);
        if (handle.IsInvalid) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}

/// <summary>Files that are saved whole or not at all, even if the process is killed while it writes.</summary>
internal static class AtomicFile
{
    /// <summary>The reason that a path cannot be written, if any: creates and deletes the .part file.</summary>
    public static Either<string, Unit> CheckWritable(FileOperations files, string path) => Directory.Exists(path)
        ? "it is a folder"
        : Try(files, path, (part, _) =>
        {
            files.Create(part).Dispose();
            files.Delete(part);
        });

    /// <summary>Saves bytes as a file. A failure leaves the old file as it was, and its reason is returned.</summary>
    public static Either<string, Unit> Save(FileOperations files, ReadOnlyMemory<byte> bytes, string path, bool overwrite) =>
        Try(files, path, (part, target) =>
        {
            using (var stream = files.Create(part))
            {
                stream.Write(bytes.Span);
                files.Flush(stream);
            }
            files.Move(part, target, overwrite);
            files.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
        });

    // The new bytes go to a file with the suffix .part, which replaces the old file when it is complete. A .part file that a killed process
    // left is overwritten. A symbolic link stays: the file that it leads to is replaced.
    private static Either<string, Unit> Try(FileOperations files, string path, Action<string, string> save)
    {
        var part = $"{path}.part";
        try
        {
            var target = FollowLink(path);
            part = $"{target}.part";
            save(part, target);
            return unit;
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            Delete(files, part);
            return IoErrors.Reason(path, e);
        }
    }

    private static string FollowLink(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    private static void Delete(FileOperations files, string part)
    {
        try
        {
            files.Delete(part);
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            // The reason that saving failed is reported; the .part file stays.
        }
    }
}
