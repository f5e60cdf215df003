using System.Runtime.InteropServices;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Data;

/// <summary>The folder where the platform keeps files that a program can fetch again.</summary>
internal static class CacheFolder
{
    private const string Name = "microgpt";

    private static readonly OSPlatform[] Platforms = [OSPlatform.Windows, OSPlatform.OSX, OSPlatform.Linux];

    /// <summary>The folder of this program. None if the environment names no folder of the user.</summary>
    public static Option<string> Locate() => Locate(
        Platforms.Where(RuntimeInformation.IsOSPlatform).DefaultIfEmpty(OSPlatform.Linux).First(), Environment.GetEnvironmentVariable);

    /// <summary>
    /// The folder on a platform: below $XDG_CACHE_HOME if that is a full path, else %LOCALAPPDATA% on Windows, ~/Library/Caches on macOS,
    /// and ~/.cache elsewhere.
    /// </summary>
    public static Option<string> Locate(OSPlatform platform, Func<string, string?> variable)
    {
        var ofPlatform =
            platform == OSPlatform.Windows ? Find("LOCALAPPDATA")
            : platform == OSPlatform.OSX ? Find("HOME").Map(home => Path.Combine(home, "Library", "Caches"))
            : Find("HOME").Map(home => Path.Combine(home, ".cache"));
        return (Find("XDG_CACHE_HOME") || ofPlatform).Map(caches => Path.Combine(caches, Name));

        // A path that depends on the current folder counts as none, as XDG says, and so does an empty one.
        Option<string> Find(string name) => Optional(variable(name)).Filter(Path.IsPathFullyQualified);
    }
}
