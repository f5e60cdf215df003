using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Shell;

/// <summary>The page of a report as a browser shows it.</summary>
public partial class BrowserFacts(TrainedFolder trained) : IClassFixture<TrainedFolder>
{
    private const string Black = "rgb(13, 17, 23)", White = "rgb(255, 255, 255)";

    [BrowserTheory]
    [InlineData("light", White)]
    [InlineData("dark", Black)]
    public void A_page_fits_a_phone_and_a_screen_and_nothing_in_it_fails(string theme, string paper)
    {
        var folder = trained.Folder;
        Assert.Equal(0, folder.Run("report", "--model", "model", "--text", "maximilian", "--out", "run.html").ExitCode);
        var frames = new[] { 375, 1400 }.Select(width => $"<iframe width='{width}' height='900' style='border: 0' srcdoc='{WebUtility.HtmlEncode(folder.Read("run.html"))}'></iframe>");
        folder.With("frames.html", $$"""
            <!DOCTYPE html><meta charset='utf-8'><body>{{string.Concat(frames)}}<script>
            onload = () => document.body.textContent = [...document.querySelectorAll('iframe')].map(frame => {
              const { scrollWidth, clientWidth } = frame.contentDocument.documentElement;
              return `[${clientWidth} ${scrollWidth} ${getComputedStyle(frame.contentDocument.body).backgroundColor}]`;
            }).join('');
            </script>
            """);
        var (output, error) = Browse(folder.PathOf("frames.html"), theme);
        Assert.Equal([$"[375 375 {paper}]", $"[1400 1400 {paper}]"], Measured().Matches(output).Select(match => match.Value));
        Assert.DoesNotContain("CONSOLE", error);
    }

    // Prints the page as it is once it is loaded; what its console says goes to standard error.
    private static (string Output, string Error) Browse(string path, string theme)
    {
        using var browser = Process.Start(new ProcessStartInfo(BrowserTheoryAttribute.Browser!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--virtual-time-budget=5000", $"--user-data-dir={path}.profile",
            $"--blink-settings=preferredColorScheme={(theme == "dark" ? 0 : 1)}", "--dump-dom", new Uri(path).AbsoluteUri,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        if (!browser.WaitForExit(TimeSpan.FromMinutes(1))) browser.Kill(entireProcessTree: true); // and no measure will be found
        return (output.Result, error.Result);
    }

    [GeneratedRegex(@"\[\d+ \d+ rgb[^\]]*\]")]
    private static partial Regex Measured();
}

/// <summary>What needs a Chromium: one that MICROGPT_BROWSER names, or that is installed.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Browser is null)
            Skip = "There is no browser: install Chromium or Chrome, or name one in MICROGPT_BROWSER.";
    }

    public static string? Browser { get; } = Environment.GetEnvironmentVariable("MICROGPT_BROWSER") ?? (
        from name in (string[])["chromium", "chromium-browser", "google-chrome", "chrome"]
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path).FirstOrDefault();
}
