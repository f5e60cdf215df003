using Microsoft.Playwright;

namespace MicroGpt.Browser.Facts;

/// <summary>A headless Chromium, and the page in it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private readonly PageServer server = new();
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The program, if there is one: that of MICROGPT_BROWSER, or an installed one.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("MICROGPT_BROWSER") ?? (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        from name in (string[])["chromium", "chromium-browser", "google-chrome"]
        select Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    // Root can run Chromium only without its sandbox.
    public async Task InitializeAsync()
    {
        if (Program is null) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        server.Dispose();
    }

    /// <summary>
    /// Opens the page at an address of a room, such as #learn?steps=10, and acts in it. At the end, the page must have logged no error and
    /// have called no other host.
    /// </summary>
    public async Task Visit(string room, Func<IPage, Task> act, int width = 1440, ColorScheme scheme = ColorScheme.Light)
    {
        await using var context = await browser!.NewContextAsync(
            new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add(message.Text); };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => { if (!IsLocal(request.Url)) complaints.Add($"request to {request.Url}"); };
        page.Response += (_, response) => { if (response.Status >= 400) complaints.Add($"{response.Status} for {response.Url}"); };
        page.SetDefaultTimeout(120_000);
        await page.GotoAsync(server.Address + room);
        await page.Locator("html[data-ready]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await act(page);
        Assert.Empty(complaints);
    }

    /// <summary>
    /// Waits until the address of the page has all of these parts. The address is read, since an event of a navigation may be missed.
    /// </summary>
    public static Task WaitForAddress(IPage page, params string[] parts) =>
        page.WaitForFunctionAsync("parts => parts.every(part => location.href.includes(part))", parts);

    /// <summary>
    /// The processor time of all pages so far, in seconds. Unlike a clock's, it hardly depends on what else the machine does.
    /// </summary>
    public async Task<double> ProcessorTime()
    {
        var session = await browser!.NewBrowserCDPSessionAsync();
        var answer = await session.SendAsync("SystemInfo.getProcessInfo");
        await session.DetachAsync();
        return answer!.Value.GetProperty("processInfo").EnumerateArray()
            .Where(process => process.GetProperty("type").GetString() == "renderer")
            .Sum(process => process.GetProperty("cpuTime").GetDouble());
    }

    private bool IsLocal(string url) =>
        url.StartsWith(server.Address, StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal)
        || url.StartsWith("data:", StringComparison.Ordinal);
}

/// <summary>A fact that needs a Chromium, and is skipped where there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Program is null ? ChromiumTheoryAttribute.Reason : null;
}

/// <summary>A theory that needs a Chromium, and is skipped where there is none.</summary>
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public const string Reason = "There is no browser: install Chromium or Chrome, or name one in MICROGPT_BROWSER.";

    public ChromiumTheoryAttribute() => Skip = Chromium.Program is null ? Reason : null;
}
