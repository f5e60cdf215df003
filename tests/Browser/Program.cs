using System.Diagnostics;
using MicroGpt.Compilation;
using MicroGpt.Training;
using Microsoft.Playwright;
using static System.FormattableString;

namespace MicroGpt.Browser.Facts;

/// <summary>`dotnet run --project tests/Browser` measures the page: its download, its start, and the steps of each engine.</summary>
public static class Program
{
    private const int Warm = 300; // steps, or the steps of some seconds, after which the interpreter has compiled the loops
    private const int Seconds = 3;

    public static async Task<int> Main()
    {
        if (Chromium.Program is null)
        {
            Console.Error.WriteLine(ChromiumTheoryAttribute.Reason);
            return 1;
        }
        Console.WriteLine(Download());
        var chromium = new Chromium();
        await chromium.InitializeAsync();
        await MeasureStart(chromium);
        await MeasureEngines(chromium);
        await chromium.DisposeAsync();
        return 0;
    }

    // A server sends the compressed form of a file if there is one.
    private static string Download()
    {
        var files = Directory.GetFiles(PageServer.Folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is not (".br" or ".gz" or ".png")).ToArray();
        return Invariant($"download: {files.Sum(Compressed) / 1e6:F1} MB compressed by brotli, {files.Sum(Length) / 1e6:F1} MB as it is");

        static long Length(string file) => new FileInfo(file).Length;
        static long Compressed(string file) => Length(File.Exists($"{file}.br") ? $"{file}.br" : file);
    }

    private static async Task MeasureStart(Chromium chromium)
    {
        var watch = Stopwatch.StartNew();
        await chromium.Visit("", async page =>
        {
            var ready = watch.Elapsed.TotalSeconds;
            await page.ClickAsync("#step");
            await page.GetByText("Step 1 of").First.WaitForAsync();
            Console.WriteLine(Invariant($"ready after {ready:F1} s, and the first step done after {watch.Elapsed.TotalSeconds:F1} s"));
            watch.Restart();
            await page.ClickAsync("#train");
            await page.GetByText("Done.").WaitForAsync();
            Console.WriteLine(Invariant($"1,000 steps, their pictures and samples: {watch.Elapsed.TotalSeconds:F1} s\n"));
        });
    }

    private static async Task MeasureEngines(Chromium chromium)
    {
        Console.WriteLine("| engine | steps a second in the tab | on the desktop, one thread |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var backend in Backends.All)
            await chromium.Visit("", async page =>
                Console.WriteLine(Invariant($"| {backend} | {await StepsInTab(page, backend):F0} | {StepsOnDesktop(backend):F0} |")));
    }

    private static Task<double> StepsInTab(IPage page, Backend backend) => page.EvaluateAsync<double>(
        """
        async ([settings, warm, milliseconds]) => {
          const { call } = await import("./core.js");
          await call("Learn", "Start", settings, "names", new Uint8Array());
          await call("Learn", "Train", warm, 2 * milliseconds);
          const { step } = await call("Learn", "Train", 1, 0), begin = performance.now();
          const end = await call("Learn", "Train", 1e6, milliseconds);
          return (end.step - step) / (performance.now() - begin) * 1000;
        }
        """,
        new object[] { Settings(backend), Warm, Seconds * 1000 });

    private static string Settings(Backend backend) =>
        $$"""{ "engine": "{{Lower(backend.Engine)}}", "precision": "{{Lower(backend.Precision)}}", "steps": "1000000" }""";

    private static string Lower<T>(T value) => $"{value}".ToLowerInvariant();

    private static double StepsOnDesktop(Backend backend)
    {
        var (run, steps) = (new DesktopRun(), backend.Engine == EngineKind.Compiled ? 1000 : 100);
        run.Train(backend, steps);
        var watch = Stopwatch.StartNew();
        run.Train(backend, steps);
        return steps / watch.Elapsed.TotalSeconds;
    }
}
