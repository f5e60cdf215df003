using System.Reflection;

namespace MicroGpt.Onnx;

/// <summary>The files that these tests were built from.</summary>
internal static class Sources
{
    private static readonly string Folder =
        typeof(Sources).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == nameof(Folder)).Value!;

    /// <summary>The full path of a file, or of a folder, from the folder of this project.</summary>
    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Folder, path));
}
