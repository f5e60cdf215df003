using System.Collections.Immutable;
using System.Reflection;
using System.Xml.Linq;

namespace MicroGpt.Facts;

/// <summary>The sources that the facts were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(x => x.Key == "RepositoryRoot").Value!);

    /// <summary>The text of a file.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The files of Core, in reading order.</summary>
    public static ImmutableArray<SourceFile> Core { get; } =
    [
        .. from item in XDocument.Load(Path.Combine(Root, "Core", "Core.csproj")).Descendants("Compile")
           let path = $"Core/{item.Attribute("Include")!.Value}"
           select new SourceFile(path, File.ReadAllText(Path.Combine(Root, path))),
    ];

    /// <summary>The C# files of a folder, without what a build writes there.</summary>
    public static ImmutableArray<SourceFile> Files(string folder) =>
    [
        .. from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
           orderby path
           let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
           where !relative.Contains("/bin/") && !relative.Contains("/obj/")
           select new SourceFile(relative, File.ReadAllText(path)),
    ];
}
