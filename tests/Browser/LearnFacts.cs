using System.Globalization;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Training;
using Microsoft.Playwright;

namespace MicroGpt.Browser.Facts;

/// <summary>The room Learn.</summary>
public class LearnFacts(Chromium chromium) : IClassFixture<Chromium>
{
    // The runtime of the page has exponentials, logarithms and powers of its own, which are rounded differently. After 20 steps, the loss
    // differs by two units in the last place.
    private const long LastBits = 2;

    private static Backend Single => Backends.All.First(backend => backend.Precision == Precision.Single);

    [ChromiumFact]
    public Task The_default_run_has_the_desktop_s_names_and_its_losses_to_four_decimals() => chromium.Visit("", async page =>
    {
        await page.ClickAsync("#train");
        await page.GetByText("Done.").WaitForAsync();
        var desktop = new DesktopRun();
        var (losses, state) = desktop.Train(Backends.InDouble(EngineKind.Compiled), 1000);
        Assert.Equal(desktop.Names(state), await page.Locator("#samples li").AllTextContentsAsync());
        var found = await LossesOf(page);
        Assert.Equal(losses.Select(Rounded), found.Select(Rounded));
    });

    [ChromiumFact]
    public Task The_scalar_engine_has_the_desktop_s_losses_but_for_last_bits() => chromium.Visit("#learn?engine=scalar&at=20", async page =>
    {
        var (losses, _) = new DesktopRun().Train(Backends.InDouble(EngineKind.Scalar), 20);
        var found = await LossesOf(page);
        var bits = losses.Zip(found, (x, y) => Math.Abs(BitConverter.DoubleToInt64Bits(x) - BitConverter.DoubleToInt64Bits(y)));
        Assert.InRange(bits.Max(), 0, LastBits);
    });

    [ChromiumFact]
    public Task A_step_back_is_the_state_that_was_there_before() => chromium.Visit("#learn?at=30", async page =>
    {
        var before = await page.TextContentAsync("#status");
        await page.ClickAsync("#step");
        await Reached(page, "Step 31 of");
        await page.ClickAsync("#back");
        await Reached(page, "Step 30 of");
        Assert.Equal(before, await page.TextContentAsync("#status"));
    });

    [ChromiumFact]
    public Task A_checkpoint_of_the_page_goes_on_on_the_desktop() => chromium.Visit("#learn?at=40", async page =>
    {
        var file = await Download(page, "#save");
        var checkpoint = CheckpointFile.Read(file, "model.safetensors").OrThrow();
        Assert.Equal((40, Precision.Single), (checkpoint.State.Step, checkpoint.RunConfiguration.Precision));
        var (losses, _) = new DesktopRun().Train(Single, checkpoint.State, 10);
        await page.Locator("#time").FillAsync("50");
        await Reached(page, "Step 50 of");
        Assert.Equal(losses.Select(Rounded), (await LossesOf(page)).Skip(40).Select(Rounded));
    });

    [ChromiumFact]
    public Task A_link_has_the_settings_the_text_and_the_step() => chromium.Visit("", async page =>
    {
        await page.SelectOptionAsync("#text", "own");
        await page.FillAsync("#pasted", "anna\nhannah\nada");
        await page.FillAsync("#run-n_embd", "8");
        await page.ClickAsync("#run button[type=submit]");
        await page.GetByText("3 documents").WaitForAsync();
        await page.ClickAsync("#step");
        await Reached(page, "Step 1 of");
        var (status, link) = (await page.TextContentAsync("#status"), page.Url);
        await chromium.Visit(link[link.IndexOf('#')..], async other =>
        {
            Assert.Equal("anna\nhannah\nada", await other.InputValueAsync("#pasted"));
            Assert.Equal(status, await other.TextContentAsync("#status"));
        });
    });

    [ChromiumFact]
    public Task Every_problem_with_the_form_is_a_sentence() => chromium.Visit("", async page =>
    {
        await page.FillAsync("#run-n_head", "3");
        await page.FillAsync("#run-learning_rate", "-1");
        await page.ClickAsync("#run button[type=submit]");
        await page.GetByText("does not divide").WaitForAsync();
        var sentences = await page.Locator("#learn-problems p").AllTextContentsAsync();
        Assert.Collection(sentences.Order(),
            sentence => Assert.Contains("learning_rate is -1", sentence), sentence => Assert.Contains("n_embd is 16", sentence));
    });

    [ChromiumFact]
    public Task A_step_can_be_opened() => chromium.Visit("#learn?at=3", async page =>
    {
        await page.ClickAsync("#opened summary");
        await page.SelectOptionAsync("#matrix", "layer0.mlp_fc1");
        await page.GetByText("The update of layer0.mlp_fc1[0, 0]").WaitForAsync();
        var (desktop, number) = (new DesktopRun(), 27 * 16 * 2 + 16 * 16 + 4 * 16 * 16);
        var cells = (await page.Locator("#opening td").AllTextContentsAsync()).Where(cell => cell != "").ToArray();
        Assert.Equal(["p", "m", "v"], cells[2..].Where((_, i) => i % 3 == 0));
        var after = desktop.Train(Single, 3).State;
        Assert.Equal(after.Parameters.Values[number], double.Parse(cells[4], CultureInfo.InvariantCulture), 5);
    });

    private static Task Reached(IPage page, string step) => page.Locator("#status", new() { HasText = step }).WaitForAsync();

    private static string Rounded(double loss) => loss.ToString("F4", CultureInfo.InvariantCulture);

    private static async Task<double[]> LossesOf(IPage page) =>
        [.. System.Text.Encoding.UTF8.GetString(await Download(page, "#save-log")).Split('\n')[1..]
            .Where(row => row != "").Select(row => double.Parse(row.Split(',')[1], CultureInfo.InvariantCulture))];

    internal static async Task<byte[]> Download(IPage page, string button)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync(button));
        return await File.ReadAllBytesAsync((await download.PathAsync())!);
    }
}
