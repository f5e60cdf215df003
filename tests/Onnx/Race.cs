using System.Collections.Immutable;
using System.Diagnostics;
using MicroGpt.Compilation;
using MicroGpt.Export;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;
using Microsoft.ML.OnnxRuntime;
using static LanguageExt.Prelude;

namespace MicroGpt.Onnx;

/// <summary>The training step of ONNX Runtime and of the compiled engine, in turns, each on one thread in single precision.</summary>
internal static class Race
{
    private const int Rounds = 7;
    private static readonly TimeSpan Piece = TimeSpan.FromSeconds(0.3);

    /// <summary>The head of the table.</summary>
    public const string Head =
        "| n_embd | n_layer | batch | ONNX Runtime, us/step | ours, us/step | ONNX Runtime / ours |\n| --- | --- | --- | --- | --- | --- |";

    /// <summary>The rows: sizes, the best time of each engine, and their ratio.</summary>
    public static IEnumerable<string> Run(Corpus names) =>
        from sizes in ((int NEmbd, int NLayer, int Batch)[])[(16, 1, 1), (16, 1, 16), (64, 1, 16), (128, 4, 16)]
        let times = Time(names, sizes.NEmbd, sizes.NLayer, sizes.Batch)
        select FormattableString.Invariant($"| {sizes.NEmbd} | {sizes.NLayer} | {sizes.Batch} | {times.Onnx:F1} | {times.Ours:F1} | ")
            + FormattableString.Invariant($"{times.Onnx / times.Ours:F1} |");

    private static (double Onnx, double Ours) Time(Corpus names, int nEmbd, int nLayer, int batchSize)
    {
        var tokenizer = Tokenizer.Of(names);
        var model = new Gpt(Configuration.Create(nEmbd, 4, nLayer, 16, tokenizer.VocabSize).OrThrow()).Model;
        var data = new TrainingData(
            TrainingSchedule.Create(int.MaxValue, 0.01, batchSize).OrThrow(),
            [.. names.Documents.Select(name => tokenizer.Document(name).OrThrow())]);
        var start = TrainingState.Start(Parameters.Draw(model.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        using var onnx = new OnnxTraining(model, data, start);
        var trainer = Backends.Find(EngineKind.Compiled, Precision.Single).IfNone(() => throw new UnreachableException())
            .CreateTrainer(model, data, Optimizers.Default, threads: 1);
        var state = start;
        var (best, ours) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            best = Math.Min(best, Microseconds(onnx.Step));
            ours = Math.Min(ours, Microseconds(() =>
            {
                state = trainer(state, 100, _ => true).OrThrow();
                return 100;
            }));
        }
        return (best, ours);
    }

    // The mean time of a step in a piece of training, which `run` makes a few steps of.
    private static double Microseconds(Func<int> run)
    {
        var (steps, clock) = (0, Stopwatch.StartNew());
        while (clock.Elapsed < Piece) steps += run();
        return clock.Elapsed.TotalMicroseconds / steps;
    }

    /// <summary>Training by ONNX Runtime. The results of a step are the inputs of the next as they are, without a copy.</summary>
    private sealed class OnnxTraining : IDisposable
    {
        private readonly LanguageModel model;
        private readonly TrainingData data;
        private readonly RunOptions options = new();
        private readonly InferenceSession session;
        private readonly string[] names, outputs;
        private ImmutableArray<OrtValue> values;
        private int step;

        public OnnxTraining(LanguageModel model, TrainingData data, TrainingState start)
        {
            (this.model, this.data) = (model, data);
            var graph = new ModelExport(model, OnnxType.Single, None).Training(Optimizers.Default).OrThrow();
            using var threads = new SessionOptions { IntraOpNumThreads = 1 };
            session = new(OnnxFile.Write("training", graph).ToArray(), threads);
            var state = NamedValues.Of(start, Optimizers.Default, 0);
            names = [.. graph.Inputs.Select(input => input.Name).Where(name => graph.Outputs.Any(output => output.Name == $"new.{name}"))];
            outputs = ["loss", .. names.Select(name => $"new.{name}")];
            values = [.. names.Select(name => state[name]).Select(matrix =>
                Tensor([.. matrix.Entries.Select(x => (float)x)], matrix.Rows, matrix.Columns))];
        }

        /// <summary>Makes a step, and returns the number of steps, 1.</summary>
        public int Step()
        {
            var batch = data.BatchAt(step, model);
            (string Name, OrtValue Value)[] inputs =
            [
                ("tokens", Tensor(batch[IndexInput.Tokens])), ("targets", Tensor(batch[IndexInput.Targets])),
                ("lengths", Tensor([.. Enumerable.Range(0, batch.Packing.Documents).Select(batch.Packing.LengthOf)])),
                .. Optimizers.Default.Inputs.Select(input =>
                    (input.Name, Tensor([(float)input.ValueAt(step, data.Schedule.RateAt(step))], 1, 1))),
            ];
            var results = session.Run(
                options, [.. names, .. inputs.Select(input => input.Name)], [.. values, .. inputs.Select(input => input.Value)], outputs);
            foreach (var used in (IEnumerable<OrtValue>)[.. values, .. inputs.Select(input => input.Value), results[0]]) used.Dispose();
            values = [.. results.Skip(1)];
            step++;
            return 1;
        }

        public void Dispose()
        {
            foreach (var value in values) value.Dispose();
            session.Dispose();
            options.Dispose();
        }

        private static OrtValue Tensor(float[] numbers, params long[] shape) => OrtValue.CreateTensorValueFromMemory(numbers, shape);

        private static OrtValue Tensor(ImmutableArray<int> numbers) =>
            OrtValue.CreateTensorValueFromMemory([.. numbers.Select(x => (long)x)], [numbers.Length]);
    }
}
