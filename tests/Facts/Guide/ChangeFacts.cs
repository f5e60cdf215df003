namespace MicroGpt.Facts.Guide;

/// <summary>A change that the page invites to make is followed by the command that runs a law, and by what the law then says.</summary>
public class ChangeFacts
{
    private const string Law = "dotnet test Properties --filter ";

    public static TheoryData<string> Changes => [.. MarkdownPage.Figures.Where(figure => figure.Language == Figure.Change).Select(figure => figure.Place)];

    [Theory, MemberData(nameof(Changes))]
    public void A_change_breaks_the_law_that_the_page_names(string place)
    {
        var change = MarkdownPage.At(place);
        var command = MarkdownPage.Figures[MarkdownPage.Figures.IndexOf(change) + 1];
        Assert.StartsWith(Law, command.Text);
        Printed.IsAsExpected(command.Place, command.Output ?? "", GuideMutation.Refutation(change, command.Text[Law.Length..]) ?? "It holds.");
    }
}
