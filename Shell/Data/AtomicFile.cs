using System.Runtime.InteropServices;
using LanguageExt;
using Microsoft.Win32.SafeHandles;

namespace MicroGpt.Shell.Data;

/// <summary>What saving asks of the world, one thing after another; a test has a world in which any of it fails.</summary>
internal sealed record FileOperations(
    Func<string, Stream> Create, Action<Stream> Flush, Action<string, string, bool> Move, Action<string> FlushFolder, Action<string> Delete)
{
    /// <summary>As the operating system does them.</summary>
    public static FileOperations Real { get; } = new(
        path => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0),
        stream => ((FileStream)stream).Flush(flushToDisk: true),
        File.Move,
        FlushEntries,
        File.Delete);

    // The name of a file that was moved lasts once its folder is on the disk. .NET opens no folders, and Windows needs none of it.
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

/// <summary>A file that is there whole, or not at all, whatever happens while it is written.</summary>
internal static class AtomicFile
{
    /// <summary>Why a file cannot be saved under a path, as far as can be known before there is anything to save.</summary>
    public static Option<string> Refusal(FileOperations files, string path) => Directory.Exists(path)
        ? "it is a folder"
        : Attempt(files, path, (part, _) =>
        {
            files.Create(part).Dispose();
            files.Delete(part);
        });

    /// <summary>Makes bytes a file, in place of what was there or only if nothing was; nothing, or why that failed and all is as before.</summary>
    public static Option<string> Save(FileOperations files, ReadOnlyMemory<byte> bytes, string path, bool overwrite) =>
        Attempt(files, path, (part, target) =>
        {
            using (var stream = files.Create(part))
            {
                stream.Write(bytes.Span);
                files.Flush(stream);
            }
            files.Move(part, target, overwrite);
            files.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
        });

    // What is written first gets a name of its own beside the file. One that a killed process left there is written over.
    // A link stays, and what it leads to is saved.
    private static Option<string> Attempt(FileOperations files, string path, Action<string, string> save)
    {
        var part = $"{path}.part";
        try
        {
            var target = new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;
            part = $"{target}.part";
            save(part, target);
            return Option<string>.None;
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            Remove(files, part);
            return IoErrors.Reason(path, e);
        }
    }

    private static void Remove(FileOperations files, string part)
    {
        try
        {
            files.Delete(part);
        }
        catch (Exception e) when (IoErrors.IsIoError(e))
        {
            // The world fails in everything now, and why saving failed is told already.
        }
    }
}
