using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Export;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>The page in tests/Examples/web, in a browser.</summary>
public class WebFacts
{
    private static readonly double[] Draws = [0.1, 0.52, 0.93, 0.31, 0.77, 0.4, 0.66];

    // The names that the page shows at first, after some steps.
    internal static readonly Checkpoint Trained = Train(100);

    [WebFact]
    public void The_page_invents_the_names_that_the_program_invents_at_the_same_draws()
    {
        var names = Invent(Trained, 5);
        Assert.Equal(5, names.Length);
        Assert.Contains(string.Concat(names.Select(name => $"<li>{name}</li>")), Browse($"?draws={string.Join(',', Draws)}"));
    }

    [WebFact]
    public void The_page_trains_the_model_further() =>
        Assert.Matches(@"step 300, loss [0-2]\.\d{4}", Browse("?train&draws=0.5"));

    private static Checkpoint Train(int steps)
    {
        ImmutableArray<string> names = ["anna", "bob", "carla", "dora"];
        var tokenizer = Tokenizer.Of(new(names));
        var gpt = new Gpt(Configuration.Create(nEmbd: 8, nHead: 2, nLayer: 2, blockSize: 6, tokenizer.VocabSize).OrThrow());
        var (parameters, random) = Parameters.Draw(gpt.Model.Table, PythonRandom.Seed(1));
        var run = RunConfiguration.Default with
        {
            Sizes = new(8, 2, 2, 6),
            Schedule = TrainingSchedule.Create(steps, 0.01).OrThrow(),
        };
        ImmutableArray<ImmutableArray<int>> documents = [.. names.Select(name => tokenizer.Document(name).OrThrow())];
        var state = Backends.InDouble(EngineKind.Compiled)
            .CreateTrainer(gpt.Model, new(run.Schedule, documents), run.Optimizer, threads: 1)
            .Steps(TrainingState.Start(parameters, run.Optimizer), steps).OrThrow().State;
        return new(state, random, tokenizer, run, new string('0', 64));
    }

    // Names at these draws, over and over, as the page computes them.
    private static string[] Invent(Checkpoint checkpoint, int count)
    {
        var decoder = Decoder.Of(new Gpt(checkpoint.Configuration), checkpoint.State.Parameters);
        var (bos, drawn) = (checkpoint.Tokenizer.Alphabet.Length, 0);
        return [.. Enumerable.Range(0, count).Select(_ => Name())];

        string Name()
        {
            var (name, cache, token) = ("", KeyValueCache.Empty, bos);
            while (name.Length < decoder.BlockSize)
            {
                (var logits, cache) = decoder.Step(cache, token);
                var weights = logits.Select(x => Math.Exp((x - logits.Max()) / 0.5)).ToArray();
                var left = Draws[drawn++ % Draws.Length] * weights.Sum();
                for (token = 0; token < bos && left >= weights[token]; token++) left -= weights[token];
                if (token == bos) break;
                name += checkpoint.Tokenizer.Alphabet[token];
            }
            return name;
        }
    }

    // The document after the page is ready. Its files come from a server of this process.
    private static string Browse(string query)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["model.safetensors"] = [.. CheckpointFile.Write(Trained)],
            ["training.onnx"] =
                [.. CheckpointExport.Of(Trained, ExportedComputation.Training, Precision.Double).OrThrow().Write()],
        };
        using var server = new HttpListener();
        var address = $"http://localhost:{FindPort()}/";
        server.Prefixes.Add(address);
        server.Start();
        var serving = Task.Run(() => Serve(server, files));
        var profile = Directory.CreateTempSubdirectory("microgpt-");
        using var browser = Process.Start(new ProcessStartInfo(WebFactAttribute.Browser!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000", $"--user-data-dir={profile.FullName}",
            "--dump-dom", $"{address}index.html{query}",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, _) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        if (!browser.WaitForExit(TimeSpan.FromMinutes(2))) browser.Kill(entireProcessTree: true);
        server.Stop();
        serving.Wait();
        profile.Delete(recursive: true);
        return output.Result;
    }

    private static int FindPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static void Serve(HttpListener server, Dictionary<string, byte[]> files)
    {
        try
        {
            while (true)
            {
                var context = server.GetContext();
                var path = context.Request.Url!.AbsolutePath[1..];
                var file = Path.Combine(WebFactAttribute.Folder, path);
                context.Response.ContentType = Path.GetExtension(path) switch
                {
                    ".html" => "text/html",
                    ".js" or ".mjs" => "text/javascript",
                    ".wasm" => "application/wasm",
                    _ => "application/octet-stream",
                };
                if (files.TryGetValue(path, out var bytes) || File.Exists(file) && (bytes = File.ReadAllBytes(file)) is not null)
                    context.Response.OutputStream.Write(bytes);
                else
                    context.Response.StatusCode = (int)HttpStatusCode.NotFound;
                context.Response.Close();
            }
        }
        catch (HttpListenerException)
        {
            // The server has stopped.
        }
    }
}

/// <summary>A fact that needs a browser and onnxruntime-web, and is skipped where one of them is missing.</summary>
public sealed class WebFactAttribute : FactAttribute
{
    public WebFactAttribute()
    {
        if (Browser is null) Skip = "There is no browser: install Chromium.";
        else if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Skip = "There is no onnxruntime-web: run npm install in tests/Examples/web.";
    }

    /// <summary>The folder of the page.</summary>
    public static string Folder { get; } = Sources.PathOf("../Examples/web");

    /// <summary>The browser, if there is one.</summary>
    public static string? Browser { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
}
