using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Shell;

/// <summary>The page of a report in a browser: the page is never wider than its window, so that it scrolls only downwards.</summary>
[Trait("Speed", "Slow")]
public partial class BrowserFacts(TrainedFolder trained) : IClassFixture<TrainedFolder>
{
    private const string Black = "rgb(13, 17, 23)", White = "rgb(255, 255, 255)";

    // Classic scroll bars take 15 pixels of a page's width, overlay scroll bars none.
    [BrowserTheory]
    [InlineData("light", White)]
    [InlineData("dark", Black)]
    [InlineData("light", White, "--hide-scrollbars")]
    [InlineData("dark", Black, "--hide-scrollbars")]
    public void A_page_fits_a_phone_and_a_screen_and_logs_no_error(string theme, string paper, params string[] options)
    {
        var folder = trained.Folder;
        Assert.Equal(0, folder.Run("report", "--model", "model", "--text", "maximilian", "--out", "run.html", "--force").ExitCode);
        var page = WebUtility.HtmlEncode(folder.Read("run.html"));
        var frames = new[] { 375, 1400 }.Select(width =>
            $"<iframe width='{width}' height='900' style='border: 0' srcdoc='{page}'></iframe>");
        folder.With("frames.html", $$"""
            <!DOCTYPE html><meta charset='utf-8'><body>{{string.Concat(frames)}}<script>
            onload = () => document.body.textContent = [...document.querySelectorAll('iframe')].map(frame => {
              const { scrollWidth, clientWidth } = frame.contentDocument.documentElement;
              const { backgroundColor } = getComputedStyle(frame.contentDocument.body);
              return `[${frame.contentWindow.innerWidth} +${scrollWidth - clientWidth} ${backgroundColor}]`;
            }).join('');
            </script>
            """);
        var (output, error) = Browse(folder.PathOf("frames.html"), theme, options);
        Assert.Equal([$"[375 +0 {paper}]", $"[1400 +0 {paper}]"], Measured().Matches(output).Select(match => match.Value));
        Assert.DoesNotContain("CONSOLE", error);
    }

    // The document after it has loaded, and the console's messages, which go to standard error. Root can run Chromium only unsandboxed.
    private static (string Output, string Error) Browse(string path, string theme, string[] options)
    {
        using var browser = Process.Start(new ProcessStartInfo(BrowserTheoryAttribute.Browser!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--virtual-time-budget=5000",
            $"--user-data-dir={path}.profile",
            $"--blink-settings=preferredColorScheme={(theme == "dark" ? 0 : 1)}", .. options, "--dump-dom", new Uri(path).AbsoluteUri,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        if (!browser.WaitForExit(TimeSpan.FromMinutes(1))) browser.Kill(entireProcessTree: true); // the fact then finds no measurement
        return (output.Result, error.Result);
    }

    [GeneratedRegex(@"\[\d+ \+\d+ rgb[^\]]*\]")]
    private static partial Regex Measured();
}

/// <summary>A theory that needs a Chromium: the one that MICROGPT_BROWSER names, or an installed one; without any it is skipped.</summary>
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
