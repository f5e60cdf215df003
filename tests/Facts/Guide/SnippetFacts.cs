using System.Collections.Immutable;
using System.Text;
using MicroGpt.Facts.Shell;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MicroGpt.Facts.Guide;

/// <summary>Snippets print the output shown below them. Those of a chapter are one program, after the opening lines of the guide.</summary>
[Trait("Speed", "Slow")]
public class SnippetFacts
{
    private const string Boundary = "\u001e"; // printed after each

    private static readonly Figure Beginning = MarkdownPage.Figures.First(
        figure => figure.Language == Figure.CSharp && figure.Text.StartsWith("#:project"));

    private static readonly ImmutableArray<Figure> Snippets =
        [.. MarkdownPage.Figures.Where(figure => figure is { Language: Figure.CSharp, File: "" } && figure != Beginning)];

    public static TheoryData<string> Chapters => [.. Snippets.Select(figure => figure.Chapter).Distinct()];

    [Theory, MemberData(nameof(Chapters))]
    public void A_snippet_prints_what_the_page_says(string chapter)
    {
        using var folder = new Folder();
        var snippets = Snippets.Where(figure => figure.Chapter == chapter).ToArray();
        var name = $"Guide.{Snippets.IndexOf(snippets[0])}";
        var printed = ProgramText.Output(folder, name, ProgramText.Parse(new(chapter, Joined(snippets))), isWhole: false).Split(Boundary);
        for (var i = 0; i < snippets.Length; i++) Printed.IsAsExpected(snippets[i].Place, snippets[i].Output ?? "", printed[i]);
    }

    // Types move to the end of the program, as C# requires.
    private static string Joined(IEnumerable<Figure> snippets)
    {
        var (statements, types) = (new StringBuilder(Beginning.Text), new StringBuilder());
        foreach (var snippet in snippets)
        {
            var members = ((CompilationUnitSyntax)ProgramText.Parse(new(snippet.Place, snippet.Text)).GetRoot()).Members;
            statements.Append($"\n#line {snippet.Line + 1} \"{snippet.Page}\"\n");
            foreach (var member in members) (member is GlobalStatementSyntax ? statements : types).Append(member.ToFullString());
            statements.Append($"\nConsole.Write(\"{Boundary}\");");
        }
        return $"{statements}\n{types}";
    }
}
