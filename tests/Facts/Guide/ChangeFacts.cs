namespace MicroGpt.Facts.Guide;

/// <summary>Changes that pages propose: those of the guide break a law, those of recipes fit the files that they name.</summary>
[Trait("Speed", "Slow")]
public class ChangeFacts
{
    private const string Law = "dotnet test Properties --filter ";

    public static TheoryData<string> Changes => [.. Proposed.Where(change => change.Page != Figure.Recipes).Select(change => change.Place)];

    private static IEnumerable<Figure> Proposed => MarkdownPage.Figures.Where(figure => figure.Language == Figure.Change);

    [Theory, MemberData(nameof(Changes))]
    public void A_change_breaks_the_law_that_the_page_names(string place)
    {
        var change = MarkdownPage.At(place);
        var command = MarkdownPage.Figures[MarkdownPage.Figures.IndexOf(change) + 1];
        Assert.StartsWith(Law, command.Text);
        var refutation = GuideMutation.Refutation(change, command.Text[Law.Length..]);
        Printed.IsAsExpected(command.Place, command.Output ?? "", refutation ?? "It holds.");
    }

    [Fact]
    public void A_recipe_s_changes_fit_the_files_that_they_name() => Assert.All(
        Proposed.Where(change => change.Page == Figure.Recipes).GroupBy(change => (change.Chapter, change.File)),
        changes => changes.Aggregate(Repository.Read(changes.Key.File), (text, change) => change.AppliedTo(text)));
}
