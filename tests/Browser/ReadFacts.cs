namespace MicroGpt.Browser.Facts;

/// <summary>The room Read.</summary>
public class ReadFacts(Chromium chromium) : IClassFixture<Chromium>
{
    [ChromiumFact]
    public Task A_box_opens_with_its_value_cotangent_derivative_and_kernel() => chromium.Visit("#read?open=1", async page =>
    {
        await page.Locator("#part-1 [data-node]").Nth(1).ClickAsync();
        var node = page.Locator("#node");
        await node.GetByText("in the part layer0.attention").WaitForAsync();
        await node.GetByText("Cotangent: how").WaitForAsync();
        var texts = await node.Locator("pre").AllTextContentsAsync();
        Assert.Contains("record TimesTranspose", texts[0], StringComparison.Ordinal);
        Assert.Contains("MatMul.BindTimesTranspose", texts[1], StringComparison.Ordinal);
        await Chromium.WaitForAddress(page, "open=1", "node=");
    });

    [ChromiumFact]
    public Task A_search_finds_nodes_by_name_and_opens_them() => chromium.Visit("#read?g=gradient&as=written&q=exp", async page =>
    {
        var found = page.Locator("#found button");
        await found.First.WaitForAsync();
        Assert.All(await found.AllTextContentsAsync(), line => Assert.Contains("exp", line, StringComparison.OrdinalIgnoreCase));
        await found.First.ClickAsync();
        await page.Locator("#node").GetByText("struct Exp").WaitForAsync();
    });

    [ChromiumFact]
    public Task A_step_of_training_has_the_parameters_as_results() => chromium.Visit("#read?g=step", async page =>
    {
        await page.Locator("#parts summary").GetByText("update").First.WaitForAsync();
        Assert.NotEqual(0, await page.Locator("#parts summary").GetByText("gives").CountAsync());
    });
}
