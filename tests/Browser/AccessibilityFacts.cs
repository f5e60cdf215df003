using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MicroGpt.Browser.Facts;

/// <summary>The rooms for every reader: axe finds nothing, and no page is wider than its window.</summary>
public class AccessibilityFacts(Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>Each room with as much of it open as can be, on narrow and wide screens, light and dark.</summary>
    public static IEnumerable<object[]> Views =>
        from room in (string[])["#learn?at=5", "#derive", "#read?open=1&node=8", "#ask?run.at=5"]
        from width in (int[])[390, 1440]
        from scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark]
        select (object[])[room, width, scheme];

    [ChromiumTheory]
    [MemberData(nameof(Views))]
    public Task A_room_is_readable(string room, int width, ColorScheme scheme) => chromium.Visit(room, async page =>
    {
        foreach (var summary in await page.Locator("summary").AllAsync())
            if (await summary.IsVisibleAsync()) await summary.ClickAsync();
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}")));
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 0, width);
    }, width, scheme);
}
