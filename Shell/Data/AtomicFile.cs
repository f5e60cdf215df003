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
    public static Either<string, Unit> CheckWritable(FileOperations files, string path) =>
        Directory.Exists(path) ? "it is a folder"
        : FileIdentity.IsSpecial(path) ? unit
        : TryPart(files, path, part =>
        {
            files.Create(part).Dispose();
            files.Delete(part);
        });

    /// <summary>
    /// Saves bytes as a file. A failure leaves the old file as it was, and its reason is returned. Bytes for a pipe or a device are
    /// written to it.
    /// </summary>
    public static Either<string, Unit> Save(FileOperations files, ReadOnlyMemory<byte> bytes, string path, bool overwrite) =>
        FileIdentity.IsSpecial(path)
            ? Try(path, () =>
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                stream.Write(bytes.Span);
            })
            : TryPart(files, path, part =>
            {
                var target = FileIdentity.Resolve(path);
                using (var stream = files.Create(part))
                {
                    stream.Write(bytes.Span);
                    files.Flush(stream);
                }
                files.Move(part, target, overwrite);
                files.FlushFolder(Path.GetDirectoryName(target)!);
            });

    /// <summary>
    /// The .part file of a path: new bytes go there, and it replaces the old file when it is complete. A .part file that a killed process
    /// left is overwritten. A symbolic link stays: the file that it leads to is replaced.
    /// </summary>
    public static string PartOf(string path)
    {
        var target = FileIdentity.Resolve(path);
        return $"{(target == Path.GetFullPath(path) ? path : target)}.part";
    }

    private static Either<string, Unit> TryPart(FileOperations files, string path, Action<string> save)
    {
        var part = PartOf(path);
        return Try(path, () => save(part)).MapLeft(reason =>
        {
            Delete(files, part);
            return reason;
        });
    }

    private static Either<string, Unit> Try(string path, Action save)
    {
        try
        {
            save();
            return unit;
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            return IoErrors.Reason(path, e);
        }
    }

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
