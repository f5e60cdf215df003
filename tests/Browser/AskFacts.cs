using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Training;

namespace MicroGpt.Browser.Facts;

/// <summary>The room Ask.</summary>
public class AskFacts(Chromium chromium) : IClassFixture<Chromium>
{
    [ChromiumFact]
    public Task A_checkpoint_of_the_desktop_is_used_and_taken_home_unchanged() => chromium.Visit("#ask", async page =>
    {
        var desktop = new DesktopRun();
        byte[] file = [.. CheckpointFile.Write(desktop.CheckpointOf(desktop.Train(Backends.InDouble(EngineKind.Compiled), 50).State))];
        await page.SetInputFilesAsync("#model-file", new Microsoft.Playwright.FilePayload
        {
            Name = "model.safetensors",
            MimeType = "application/octet-stream",
            Buffer = file,
        });
        await page.GetByText("A model of a file, after 50 of 1,000 steps").WaitForAsync();
        Assert.Equal(file, await LearnFacts.Download(page, "#model-save"));
    });

    [ChromiumFact]
    public Task A_file_that_is_no_checkpoint_is_a_sentence() => chromium.Visit("#ask", async page =>
    {
        await page.SetInputFilesAsync("#model-file", new Microsoft.Playwright.FilePayload
        {
            Name = "notes.txt",
            MimeType = "text/plain",
            Buffer = "anna"u8.ToArray(),
        });
        await page.GetByText("notes.txt cannot be used as a checkpoint").WaitForAsync();
    });

    [ChromiumFact]
    public Task Sliders_and_texts_are_answered_and_stand_in_the_link() => chromium.Visit("#ask?run.at=60&q=mar&k=3", async page =>
    {
        await page.GetByText("3 of 27 tokens can be drawn").WaitForAsync();
        await page.FillAsync("#prompt", "ann");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Img, new() { Name = "after ann" }).WaitForAsync();
        await page.Locator("#top-k").FillAsync("1");
        await page.GetByText("1 of 27 tokens can be drawn").WaitForAsync();
        await Chromium.WaitForAddress(page, "q=ann", "k=1", "run.at=60");
        Assert.Equal(4, await page.Locator("#attention svg").CountAsync());
        Assert.Single((await page.Locator("#continuations li").AllTextContentsAsync()).Distinct());
    });

    [ChromiumFact]
    public Task The_gradient_foretells_the_loss_of_a_weight_moved_a_little() => chromium.Visit("#ask?run.at=60&d=0.02", async page =>
    {
        await page.Locator("#weight td").First.WaitForAsync();
        var losses = (await page.Locator("#weight tbody td:last-child").AllTextContentsAsync())
            .Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        // The error of the tangent falls with the square of the move, and the change with the move itself.
        Assert.True(Math.Abs(losses[1] - losses[2]) < Math.Abs(losses[1] - losses[0]) / 4, string.Join(", ", losses));
    });
}
