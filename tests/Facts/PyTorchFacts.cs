using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>
/// Figures of PyTorch in double precision, which tests/Facts/Recorded/record_torch.py has recorded: logits, loss, gradient, and ten steps
/// of each optimizer. A backend in single precision is held to them as far as its precision reaches.
/// </summary>
public class PyTorchFacts
{
    private const double Scale = 5;

    private static readonly ImmutableDictionary<string, Optimizer> Optimizers = ImmutableDictionary<string, Optimizer>.Empty
        .Add("adam", new Adam()).Add("adamw", new AdamW()).Add("sgd", new Sgd { Momentum = 0.9, Nesterov = true });

    /// <summary>All pairs of a record and a backend. A record is given by its index in the file.</summary>
    public static IEnumerable<object[]> Records =>
        from record in Enumerable.Range(0, Recorded.Json("torch.json").GetArrayLength())
        from backend in Backends.All
        select (object[])[record, backend];

    [Theory, MemberData(nameof(Records), DisableDiscoveryEnumeration = true)]
    public void Logits_loss_and_gradient_are_PyTorch_s(int number, Backend backend)
    {
        var (record, gpt, parameters, documents) = Read(number);
        var (loss, gradient) = backend.CreateEngine(gpt.Model, documents.Length)(parameters, Batch.Of(gpt.Model, documents.AsSpan()));
        var logits = gpt.Logits.Evaluate(gpt.Model.Bind(parameters.Matrices(x => new Real(x)), Batch.Of(gpt.Model, documents[0])));
        Near(Precision.Double, record.GetProperty("logits").Doubles(), [.. logits.Entries.Select(x => x.Plain)]);
        Near(backend.Precision, [record.GetProperty("loss").GetDouble()], [loss]);
        Near(backend.Precision, record.GetProperty("gradient").Doubles(), gradient.Values);
    }

    [Theory, MemberData(nameof(Records), DisableDiscoveryEnumeration = true)]
    public void Ten_steps_of_each_optimizer_are_PyTorch_s(int number, Backend backend) => Assert.All(Optimizers, entry =>
    {
        var (record, gpt, parameters, documents) = Read(number);
        var expected = record.GetProperty(entry.Key);
        var losses = expected.GetProperty("losses").Doubles();
        var data = new TrainingData(TrainingSchedule.Create(losses.Length, 0.01, documents.Length).OrThrow(), documents);
        var (state, results) = backend.CreateTrainer(gpt.Model, data, entry.Value, threads: 1)
            .Steps(TrainingState.Start(parameters, entry.Value), losses.Length).OrThrow();
        Near(backend.Precision, losses, [.. results.Select(result => result.Loss)]);
        Near(backend.Precision, expected.GetProperty("parameters").Doubles(), state.Parameters.Values);
    });

    // PyTorch adds in another order. Its sums have some dozens of terms, and ten steps follow each other. Measured: 1e-15 and 2.7e-7.
    private static double OfLargest(Precision precision) => precision == Precision.Double ? 1e-12 : 2e-5;

    private static void Near(Precision precision, double[] expected, ImmutableArray<double> actual)
    {
        var bound = OfLargest(precision) * expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Index(), x => Assert.InRange(actual[x.Index], x.Item - bound, x.Item + bound));
    }

    private static (JsonElement Record, Gpt Gpt, Parameters Parameters, ImmutableArray<ImmutableArray<int>> Documents) Read(int number)
    {
        var record = Recorded.Json("torch.json")[number];
        var configuration = Configuration.Create(
            Whole("n_embd"), Whole("n_head"), Whole("n_layer"), Whole("block_size"), Whole("vocab_size")).OrThrow();
        var drawn = Parameters.Draw(configuration.Table, PythonRandom.Seed(Whole("seed"))).Value;
        return (
            record, new(configuration), drawn with { Values = [.. drawn.Values.Select(x => x * Scale)] },
            [.. record.GetProperty("documents").EnumerateArray().Select(tokens => tokens.Integers().ToImmutableArray())]);

        int Whole(string name) => record.GetProperty(name).GetInt32();
    }
}

/// <summary>A fact that runs PyTorch, skipped where Python cannot import it.</summary>
public sealed class PyTorchFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Found = new(() =>
        ((string[])["python3", "/usr/bin/python3"]).FirstOrDefault(python => Try(python, ["-c", "import torch"]).Exit == 0));

    public PyTorchFactAttribute()
    {
        if (Found.Value is null) Skip = "There is no PyTorch: install python3-torch.";
    }

    /// <summary>The output of a Python program.</summary>
    public static string Run(params IEnumerable<string> arguments) => Try(Found.Value!, arguments) is { Exit: 0, Output: var output }
        ? output : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed.");

    private static (int Exit, string Output) Try(string python, IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
