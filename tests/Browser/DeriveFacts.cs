namespace MicroGpt.Browser.Facts;

/// <summary>The room Derive.</summary>
public class DeriveFacts(Chromium chromium) : IClassFixture<Chromium>
{
    [ChromiumFact]
    public Task The_gradient_of_a_product_and_a_sum_is_told_path_by_path() => chromium.Visit("", async page =>
    {
        await page.ClickAsync("nav a[href='#derive']");
        await page.GetByText("∂f/∂a = 4, by 2 paths").WaitForAsync();
        Assert.Equal(["3", "1"], await page.Locator("#paths .derivative").First.Locator("tbody td:first-child").AllTextContentsAsync());
        Assert.Equal("1 + b", await page.Locator("#paths code").First.TextContentAsync());
    });

    [ChromiumFact]
    public Task The_map_of_cotangents_grows_step_by_step() => chromium.Visit("#derive?f=a*b %2B a&a=2&b=3&step=0", async page =>
    {
        Assert.Equal(1, await page.Locator("#nodes tbody tr").CountAsync());
        for (var i = 0; i < 3; i++) await page.ClickAsync("#walk-on");
        Assert.Equal(["2", "3", "6", "8"], await page.Locator("#nodes tbody td:last-child").AllTextContentsAsync());
        await page.ClickAsync("#walk-on");
        Assert.Equal(["%3", "%4", "1"], await page.Locator("#cotangents td").AllTextContentsAsync());
        await page.ClickAsync("#walk-last");
        Assert.Equal(["a", "%10", "4", "b", "%11", "2"], await page.Locator("#cotangents td").AllTextContentsAsync());
        Assert.Equal(1, await page.Locator("#formula-picture .now").CountAsync());
    });

    [ChromiumFact]
    public Task A_number_is_dragged_and_stands_in_the_link() => chromium.Visit("#derive?f=a*b %2B a&a=2&b=3", async page =>
    {
        await page.FillAsync("#value-b", "4");
        await page.GetByText("∂f/∂a = 5, by 2 paths").WaitForAsync();
        await Chromium.WaitForAddress(page, "b=4");
    });

    [ChromiumFact]
    public Task A_gradient_is_differentiated_again() => chromium.Visit("#derive?f=x^3&x=2", async page =>
    {
        await page.GetByText("∂f/∂x = 12, by 1 path").WaitForAsync();
        await page.GetByText("Differentiate again").ClickAsync();
        await page.GetByText("∂f/∂x = 12, by").WaitForAsync();
        Assert.Contains("x", await page.InputValueAsync("#formula"), StringComparison.Ordinal);
        Assert.NotEqual("x^3", await page.InputValueAsync("#formula"));
    });

    [ChromiumFact]
    public Task A_flipped_partial_is_noticed_by_oracles_that_do_not_read_it() =>
        chromium.Visit("#derive?f=exp(x)&x=1", async page =>
        {
            await page.GetByText("All agree.").WaitForAsync();
            await page.SelectOptionAsync("#broken-factor", "-1");
            await page.GetByText("contradicted by: complex step, differences, the guaranteed bounds").WaitForAsync();
        });

    [ChromiumFact]
    public Task A_formula_that_cannot_be_read_is_a_sentence() => chromium.Visit("#derive?f=a*(b&a=1", async page =>
        await page.Locator("#formula-problems").GetByText("this ( is never closed").WaitForAsync());
}
