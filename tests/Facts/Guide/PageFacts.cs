using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MicroGpt.Facts.Guide;

/// <summary>Pages quote and link to what is there, a link leads to each of them, and a fact looks at each of their blocks.</summary>
public partial class PageFacts
{
    [Fact]
    public void A_quotation_is_in_the_file_it_names()
    {
        foreach (var quotation in MarkdownPage.Figures.Where(
            figure => figure is { Language: Figure.CSharp or Figure.FSharp, File: not "" }))
        {
            var file = Repository.Read(quotation.File);
            Assert.True(Flush(file).Contains(Flush(quotation.Text)), quotation.Place);
        }

        // Removes the indentation.
        static string Flush(string text) => string.Concat(text.Split('\n').Select(line => $"{line.Trim()}\n"));
    }

    [Fact]
    public void Every_code_block_is_of_a_kind_that_is_tested() => Assert.Empty(
        from figure in MarkdownPage.Figures
        where figure is not ({ Language: Figure.CSharp, File: "" } or { Language: Figure.CSharp or Figure.Change, Output: null }
            or { Language: Figure.FSharp, File: not "", Output: null } or { Language: Figure.Python, Output: null }
            or { Language: Figure.Command, File: "" or Figure.OriginalNames })
        select figure.Place);

    [Fact]
    public void Every_link_has_a_target_that_contains_the_name_in_its_text()
    {
        foreach (var page in MarkdownPage.All)
        {
            foreach (var (text, target, _) in page.Targets)
            {
                var path = Path.Combine(Repository.Root, target);
                Assert.True(Path.Exists(path), $"{page.Path} links to {target}, which is not there.");
                if (!File.Exists(path) || path.EndsWith(".md") || path.EndsWith(text) || !Name().IsMatch(text)) continue;
                var name = new Regex($@"\b{Regex.Escape(text.Split('.')[^1])}\b");
                Assert.True(name.IsMatch(File.ReadAllText(path)), $"{page.Path} says that {text} is in {target}.");
            }
        }
    }

    [Fact]
    public void Every_anchor_is_a_heading() => Assert.Empty(
        from page in MarkdownPage.All
        from target in page.Targets
        where target.Anchor != "" && !MarkdownPage.All.Single(other => other.Path == target.Path).Anchors.Contains(target.Anchor)
        select $"{page.Path} links to {target.Path}#{target.Anchor}");

    [Fact]
    public void Links_lead_from_the_README_to_every_page()
    {
        string[] built = ["bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules"];
        var pages =
            from path in Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            let relative = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
            where !relative.Split('/').Intersect(built).Any()
            select relative;
        Assert.Equal(pages.Order(StringComparer.Ordinal), MarkdownPage.All.Select(page => page.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_project_and_the_README_list_the_folders_of_Core_in_reading_order()
    {
        var paths = Repository.Core.Select(file => file.Path.Split('/'));
        var folders = paths.Where(path => path.Length > 2).Select(path => path[1]).Distinct().ToArray();
        var labels = XDocument.Load(Path.Combine(Repository.Root, "Core", "Core.csproj")).Descendants("ItemGroup").Attributes("Label");
        Assert.Equal(folders.Prepend("Problems"), labels.Select(label => label.Value));
        Assert.Equal(folders, MarkdownPage.All[0].Links.Where(link => link.Target == $"Core/{link.Text}").Select(link => link.Text));
    }

    [Fact]
    public void Each_term_of_the_glossary_names_a_place_and_terms_are_in_order()
    {
        var guide = File.ReadLines(Path.Combine(Repository.Root, "Core", "README.md"));
        var rows = guide.SkipWhile(line => line != "## Glossary").Where(line => line.StartsWith("| ")).Skip(2).ToArray();
        Assert.InRange(rows.Length, 30, 60);
        Assert.All(rows, row => Assert.Matches(@"\[`[\w.]+`\]\([\w./]+\) \|$", row));
        Assert.Equal(rows.OrderBy(row => row.Split(" | ")[0], StringComparer.OrdinalIgnoreCase), rows);
    }

    [Fact]
    public void The_README_has_150_lines_at_most() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 1, 150);

    [GeneratedRegex(@"^[A-Za-z_][\w.]*$")]
    private static partial Regex Name();
}
