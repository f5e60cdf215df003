namespace MicroGpt.Facts;

/// <summary>No line is longer than .editorconfig says.</summary>
public class LineFacts
{
    private const int Columns = 140;

    [Fact]
    public void The_editorconfig_has_the_same_length() => Assert.Contains($"max_line_length = {Columns}", Repository.Read(".editorconfig"));

    [Fact]
    public void No_line_of_CSharp_is_longer_than_140_columns() => Assert.Empty(
        from folder in (string[])["Core", "Shell", "Properties", "tests"]
        from file in Repository.Files(folder)
        from complaint in Complaints(file.Path, file.Text.Split('\n').Index())
        select complaint);

    [Fact]
    public void No_line_of_the_browser_s_pages_is_longer_than_140_columns() => Assert.Empty(
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "Shell/Browser/wwwroot"))
        where Path.GetExtension(path) is ".html" or ".css" or ".js"
        from complaint in Complaints(Path.GetFileName(path), File.ReadLines(path).Index())
        select complaint);

    [Fact]
    public void No_line_of_prose_is_longer_than_140_columns() => Assert.Empty(
        from path in Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        where !relative.Contains("/bin/") && !relative.Contains("/obj/") && !relative.Contains("/node_modules/")
        from complaint in Complaints(relative, Prose(File.ReadAllLines(path)))
        select complaint);

    // The lines outside code blocks. Rows of tables and lines with a link cannot be broken, and are left out.
    private static IEnumerable<(int Index, string Line)> Prose(string[] lines)
    {
        var isCode = false;
        foreach (var (i, line) in lines.Index())
        {
            var isFence = line.TrimStart().StartsWith("```");
            if (!isCode && !isFence && line is not ['|', ..] && !line.Contains("](")) yield return (i, line);
            isCode ^= isFence;
        }
    }

    private static IEnumerable<string> Complaints(string path, IEnumerable<(int Index, string Line)> lines) =>
        from line in lines
        where line.Line.TrimEnd('\r').Length > Columns
        select $"{path}:{line.Index + 1} has {line.Line.Length} columns.";
}
