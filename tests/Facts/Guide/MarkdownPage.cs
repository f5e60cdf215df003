using System.Collections.Immutable;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MicroGpt.Facts.Guide;

/// <summary>A code block of a page: its language, the file it is taken from if it names one, and the output that follows it.</summary>
internal sealed record Figure(string Page, int Line, string Chapter, string Language, string File, string Text, string? Output)
{
    /// <summary>A snippet, a command, a change: the languages there are, beside that of output.</summary>
    public const string CSharp = "csharp", Command = "sh", Change = "diff";

    /// <summary>The file of a command that is run on the original's names.</summary>
    public const string OriginalNames = "input.txt";

    /// <summary>Where it stands.</summary>
    public string Place => $"{Page}:{Line}";
}

/// <summary>A page of Markdown, whose code blocks are put to the test.</summary>
internal sealed record MarkdownPage(string Path, ImmutableArray<Figure> Blocks, ImmutableArray<(string Text, string Target)> Links)
{
    // A block in this language is what the one before it prints.
    private const string Output = "text";

    /// <summary>README.md and every page that links lead to from there.</summary>
    public static ImmutableArray<MarkdownPage> All { get; } = ReachableFrom("README.md");

    /// <summary>The code blocks of all of them.</summary>
    public static ImmutableArray<Figure> Figures { get; } = [.. All.SelectMany(page => page.Blocks)];

    /// <summary>The one that stands at a place.</summary>
    public static Figure At(string place) => Figures.Single(figure => figure.Place == place);

    /// <summary>The files of the repository that links of this page lead to.</summary>
    public IEnumerable<string> Targets =>
        from link in Links
        where !link.Target.Contains("://") && !link.Target.StartsWith('#')
        let target = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, link.Target.Split('#')[0])
        select System.IO.Path.GetRelativePath(Repository.Root, System.IO.Path.Combine(Repository.Root, target)).Replace('\\', '/');

    private static ImmutableArray<MarkdownPage> ReachableFrom(string path)
    {
        var pages = new List<MarkdownPage> { Read(path) };
        for (var i = 0; i < pages.Count; i++)
        {
            var linked = pages[i].Targets.Where(target => target.EndsWith(".md")).Distinct();
            pages.AddRange(linked.Except(pages.Select(page => page.Path)).ToArray().Select(Read));
        }
        return [.. pages];
    }

    private static MarkdownPage Read(string path)
    {
        var text = File.ReadAllText(System.IO.Path.Combine(Repository.Root, path));
        var document = Markdown.Parse(text, new MarkdownPipelineBuilder().UsePipeTables().Build());
        var (chapter, figures) = ("", ImmutableArray.CreateBuilder<Figure>());
        foreach (var block in document.Descendants<LeafBlock>())
        {
            if (block is HeadingBlock { Level: <= 2 }) chapter = TextOf(block.Inline!);
            if (block is not CodeBlock code) continue;
            var (language, source) = code is FencedCodeBlock fenced ? (fenced.Info ?? "", fenced.Arguments ?? "") : ("indented", "");
            if (language == Output && figures is [.., { Output: null } before] && before.Chapter == chapter)
                figures[^1] = before with { Output = code.Lines.ToString() };
            else
                figures.Add(new(path, code.Line + 1, chapter, language, source, code.Lines.ToString(), null));
        }
        return new(path, figures.ToImmutable(), [.. document.Descendants<LinkInline>().Select(link => (TextOf(link), link.Url!))]);
    }

    private static string TextOf(ContainerInline inlines) => string.Concat(inlines.Descendants().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        _ => "",
    }));
}
