using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MicroGpt.Shell.Data;

/// <summary>The device and the number of an existing file, which all its names share, and whether it is a regular file.</summary>
/// <param name="Device">The number of the device or volume.</param>
/// <param name="Number">The number of the file on its device: the inode number in Unix.</param>
/// <param name="IsRegular">False for folders, pipes, sockets and devices.</param>
internal readonly record struct FileStatus(ulong Device, ulong Number, bool IsRegular)
{
    private const int TypeMask = 0xF000, RegularType = 0x8000; // S_IFMT, S_IFREG
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint WantedFields = 0x101; // STATX_TYPE | STATX_INO
    private const int BufferBytes = 256; // the size of struct statx, which is larger than the other two

    /// <summary>The status of the file where a path ends, or null if there is none or the system does not tell.</summary>
    public static FileStatus? Read(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? ReadLinux(path)
                : OperatingSystem.IsMacOS() ? ReadMacOS(path)
                : OperatingSystem.IsWindows() ? ReadWindows(path)
                : null;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException || IoErrors.IsIoError(e))
        {
            return null;
        }
    }

    // The numbers in these three functions are the offsets of the fields st_mode, st_ino and st_dev, which .NET does not expose.
    private static FileStatus? ReadLinux(string path)
    {
        var status = new byte[BufferBytes];
        return Statx(CurrentFolder, path, 0, WantedFields, status) != 0 ? null : new(
            BitConverter.ToUInt64(status, 136), // the major and the minor number, each of 32 bits
            BitConverter.ToUInt64(status, 32),
            (BitConverter.ToUInt16(status, 28) & TypeMask) == RegularType);
    }

    private static FileStatus? ReadMacOS(string path)
    {
        var status = new byte[BufferBytes];
        var failed = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Stat64(path, status) : Stat(path, status);
        return failed != 0 ? null : new(
            BitConverter.ToUInt32(status, 0),
            BitConverter.ToUInt64(status, 8),
            (BitConverter.ToUInt16(status, 4) & TypeMask) == RegularType);
    }

    private static FileStatus? ReadWindows(string path)
    {
        if (!File.Exists(path)) return null;
        var status = new byte[BufferBytes];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return !GetFileInformationByHandle(file, status) ? null : new(
            BitConverter.ToUInt32(status, 28),
            (ulong)BitConverter.ToUInt32(status, 44) << 32 | BitConverter.ToUInt32(status, 48),
            IsRegular: true);
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(
        int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint fields, [Out] byte[] status);

    [DllImport("libc", EntryPoint = "stat")]
    private static extern int Stat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] status);

    [DllImport("libc", EntryPoint = "stat$INODE64")]
    private static extern int Stat64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] status);

    [DllImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetFileInformationByHandle(SafeFileHandle file, [Out] byte[] status);
}
