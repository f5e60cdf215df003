using System.Diagnostics;
using MicroGpt.Compilation;
using MicroGpt.Training;
using Microsoft.Playwright;
using static System.FormattableString;

namespace MicroGpt.Browser.Facts;

/// <summary>`dotnet run --project tests/Browser` measures the page: its download, its start, and the steps of each engine.</summary>
public static class Program
{
    private const int Repetitions = 10;

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
            await Tell("ready");
            await page.ClickAsync("#step");
            await page.Locator("#status", new() { HasText = "Step 1 of" }).WaitForAsync();
            await Tell("first step done");
            await page.ClickAsync("#train");
            await page.GetByText("Done.").WaitForAsync();
            await Tell("1,000 steps done, with pictures and samples");
        });

        async Task Tell(string what) => Console.WriteLine(Invariant(
            $"{what} after {watch.Elapsed.TotalSeconds:F1} s; the page took {await chromium.ProcessorTime():F1} s of processor time"));
    }

    private static async Task MeasureEngines(Chromium chromium)
    {
        Console.WriteLine("\nsteps in a second of processor time, on one thread:");
        Console.WriteLine("| engine | in the tab | on the desktop |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var backend in Backends.All)
            await chromium.Visit("", async page => Console.WriteLine(Invariant(
                $"| {backend} | {await StepsInTab(chromium, page, backend):N0} | {StepsOnDesktop(backend):N0} |")));
    }

    // The interpreter compiles its hot loops, and is fast after some steps.
    private static async Task<double> StepsInTab(Chromium chromium, IPage page, Backend backend)
    {
        var (warm, steps) = backend.Engine == EngineKind.Compiled ? (300, 500) : (20, 30);
        await Evaluate(page, $"await call('Learn', 'Start', '{Settings(backend)}', 'names', new Uint8Array())");
        await Train(warm);
        var before = await chromium.ProcessorTime();
        await Train(steps);
        return steps / (await chromium.ProcessorTime() - before);

        Task Train(int count) => Evaluate(page, $"await call('Learn', 'Train', {count}, 1e9)");
    }

    private static Task Evaluate(IPage page, string statement) =>
        page.EvaluateAsync($$"""async () => { const { call } = await import("./core.js"); {{statement}}; }""");

    private static string Settings(Backend backend) =>
        $$"""{ "engine": "{{Lower(backend.Engine)}}", "precision": "{{Lower(backend.Precision)}}", "steps": "1000000" }""";

    private static string Lower<T>(T value) => $"{value}".ToLowerInvariant();

    // The runtime, too, compiles again what runs often.
    private static double StepsOnDesktop(Backend backend)
    {
        var run = new DesktopRun();
        var (trainer, steps) = (run.CreateTrainer(backend), backend.Engine == EngineKind.Compiled ? 1000 : 50);
        for (var i = 0; i < Repetitions; i++) trainer.Steps(run.Start, steps);
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Repetitions; i++) trainer.Steps(run.Start, steps);
        return Repetitions * steps / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
