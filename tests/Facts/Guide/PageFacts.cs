using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Guide;

/// <summary>What README.md and the guide quote and link to is there, and there is nothing in them that no fact looks at.</summary>
public partial class PageFacts
{
    [Fact]
    public void A_quotation_stands_in_the_file_it_names()
    {
        foreach (var quotation in MarkdownPage.Figures.Where(figure => figure is { Language: Figure.CSharp, File: not "" }))
            Assert.True(Flush(File.ReadAllText(Path.Combine(Repository.Root, quotation.File))).Contains(Flush(quotation.Text)), quotation.Place);

        // Without indentation.
        static string Flush(string text) => string.Concat(text.Split('\n').Select(line => $"{line.Trim()}\n"));
    }

    [Fact]
    public void Every_block_is_of_a_kind_that_is_put_to_the_test() => Assert.Empty(
        from figure in MarkdownPage.Figures
        where figure is not ({ Language: Figure.CSharp, File: "" } or { Language: Figure.CSharp or Figure.Change, Output: null }
            or { Language: Figure.Command, File: "" or Figure.OriginalNames })
        select figure.Place);

    [Fact]
    public void Every_link_leads_somewhere_and_what_it_names_is_there()
    {
        foreach (var page in MarkdownPage.All)
        {
            foreach (var (text, target) in page.Links.Where(link => !link.Target.Contains("://") && !link.Target.StartsWith('#')))
            {
                var path = Path.Combine(Repository.Root, Path.GetDirectoryName(page.Path)!, target);
                Assert.True(Path.Exists(path), $"{page.Path} links to {target}, which is not there.");
                if (File.Exists(path) && Name().IsMatch(text) && !path.EndsWith(text))
                    Assert.True(Regex.IsMatch(File.ReadAllText(path), $@"\b{Regex.Escape(text.Split('.')[^1])}\b"), $"{page.Path} says that {text} is in {target}.");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][\w.]*$")]
    private static partial Regex Name();
}
