using System.Collections.Immutable;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MicroGpt.Facts.Guide;

/// <summary>A code block of a page: its language, the file it quotes or runs on if it names one, and its output.</summary>
internal sealed record Figure(string Page, int Line, string Chapter, string Language, string File, string Text, string? Output)
{
    /// <summary>The languages of a snippet, a quotation of F#, a command and a change.</summary>
    public const string CSharp = "csharp", FSharp = "fsharp", Command = "sh", Change = "diff";

    /// <summary>The language of the program that loads a checkpoint into PyTorch.</summary>
    public const string Python = "python";

    /// <summary>The mark of a command that needs the original's names.</summary>
    public const string OriginalNames = "input.txt";

    /// <summary>The page whose changes are steps of recipes.</summary>
    public const string Recipes = ".github/CONTRIBUTING.md";

    /// <summary>The page and the line, which identify the block.</summary>
    public string Place => $"{Page}:{Line}";

    /// <summary>A file's text with the change made; the lines that it replaces must stand there once.</summary>
    public string AppliedTo(string file)
    {
        Assert.True(file.Split(Side('-')).Length == 2, $"{Place}: the lines to change do not stand once in {File}.");
        return file.Replace(Side('-'), Side('+'));
    }

    private string Side(char sign) => string.Join('\n',
        from line in Text.Split('\n')
        where line == "" || line[0] == sign || line[0] == ' '
        select line == "" ? "" : line[1..]);
}

/// <summary>A page of Markdown whose code blocks are tested.</summary>
internal sealed record MarkdownPage(
    string Path, ImmutableArray<string> Anchors, ImmutableArray<Figure> Blocks, ImmutableArray<(string Text, string Target)> Links)
{
    // A block in this language is the output of the block before it.
    private const string Output = "text";

    /// <summary>README.md and every page that links lead to from there.</summary>
    public static ImmutableArray<MarkdownPage> All { get; } = ReachableFrom("README.md");

    /// <summary>The code blocks of all pages.</summary>
    public static ImmutableArray<Figure> Figures { get; } = [.. All.SelectMany(page => page.Blocks)];

    /// <summary>The code block at a place.</summary>
    public static Figure At(string place) => Figures.Single(figure => figure.Place == place);

    /// <summary>Links of this page into the repository: the text, the path from its root, and the anchor, which may be empty.</summary>
    public IEnumerable<(string Text, string Path, string Anchor)> Targets =>
        from link in Links
        where !link.Target.Contains("://")
        let parts = link.Target.Split('#')
        let target = System.IO.Path.Combine(Repository.Root, parts[0] == "" ? Path : System.IO.Path.GetDirectoryName(Path)!, parts[0])
        select (link.Text, System.IO.Path.GetRelativePath(Repository.Root, target).Replace('\\', '/'), parts.Length == 1 ? "" : parts[1]);

    private static ImmutableArray<MarkdownPage> ReachableFrom(string path)
    {
        var pages = new List<MarkdownPage> { Read(path) };
        for (var i = 0; i < pages.Count; i++)
        {
            var linked = pages[i].Targets.Select(target => target.Path).Where(target => target.EndsWith(".md")).Distinct();
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
        return new(path,
            [.. document.Descendants<HeadingBlock>().Select(heading => Anchor(TextOf(heading.Inline!)))], figures.ToImmutable(),
            [.. document.Descendants<LinkInline>().Select(link => (TextOf(link), link.Url!))]);
    }

    // The anchor that GitHub gives to a heading.
    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static string TextOf(ContainerInline inlines) => string.Concat(inlines.Descendants().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        _ => "",
    }));
}
