using System.Collections.Immutable;
using System.Diagnostics;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Measurement;
using MicroGpt.Text;
using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Benchmarks;

/// <summary>
/// The cost of a training step for models of several sizes, in single precision with 16 documents a step. The core's peak is measured
/// beside each piece of training, since other processes can slow the machine for minutes.
/// </summary>
internal static class Growth
{
    private const int Rounds = 3, Pieces = 30, BatchSize = 16;

    // All pieces have the same length, since the best of many short pieces is luckier than the best of few long ones.
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(50), WarmUp = TimeSpan.FromSeconds(1);

    private static readonly ImmutableArray<int> NEmbds = [16, 32, 64, 128, 256], NLayers = [1, 2, 4];

    /// <summary>Prints a table of model sizes, trained on a file with one name on each line.</summary>
    public static void Print(string path)
    {
        var names = Corpus.Parse(File.ReadAllBytes(path), path, Split.Lines).OrThrow().Shuffle(PythonRandom.Seed(42)).Value;
        var tokenizer = Tokenizer.Of(names);
        var data = new TrainingData(
            TrainingSchedule.Create(int.MaxValue, 0.01, BatchSize).OrThrow(),
            [.. names.Documents.Select(name => tokenizer.Document(name).OrThrow())]);
        ImmutableArray<Configuration> sizes =
            [.. from nLayer in NLayers from nEmbd in NEmbds
                select Configuration.Create(nEmbd, 4, nLayer, 16, tokenizer.VocabSize).OrThrow()];
        var timed = from _ in Enumerable.Range(0, Rounds) from size in sizes from piece in Timed(size, data) select (size, piece);

        Console.WriteLine("| n_embd | n_layer | us/step | GFLOP/s | of the peak beside |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var pieces in timed.ToLookup(x => x.size, x => x.piece))
        {
            // Other processes disturb the upper quartile less than the median.
            var share = pieces.Select(piece => piece.Speed / piece.Peak).Order().ElementAt(3 * pieces.Count() / 4);
            Console.WriteLine(Invariant($"| {pieces.Key.NEmbd} | {pieces.Key.NLayer} | {pieces.Min(piece => piece.Step):F1} | ")
                + Invariant($"{pieces.Max(piece => piece.Speed):F1} | {100 * share:F0}% |"));
        }
    }

    // Pieces of training: microseconds per step, GFLOP/s, and the peak GFLOP/s measured before and after the piece.
    private static List<(double Step, double Speed, double Peak)> Timed(Configuration size, TrainingData data)
    {
        var pieces = new List<(double, double, double)>();
        var start = TrainingState.Start(Parameters.Draw(size.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var (began, first, step, peak, warm) = (Stopwatch.GetTimestamp(), 1, 0, 0.0, false);
        CompiledTrainer.Compile<float>(new Gpt(size).Model, data, Optimizers.Default, threads: 1)(start, int.MaxValue, OnStep).OrThrow();
        return pieces;

        bool OnStep(StepResult result)
        {
            step++;
            if (step == first) began = Stopwatch.GetTimestamp();
            if (step <= first) return true;
            var elapsed = Stopwatch.GetElapsedTime(began);
            if (elapsed < (warm ? Piece : WarmUp)) return true;
            var (before, arithmetic) = (peak, Enumerable.Range(first, step - first).Sum(i => ArithmeticOf(size, data, i)));
            peak = Peak.Over(Piece);
            if (warm) pieces.Add((elapsed.TotalMicroseconds / (step - first), arithmetic / elapsed.TotalNanoseconds, (before + peak) / 2));
            (warm, first) = (true, step + 1);   // the next step finds the caches cold, and is not timed
            return pieces.Count < Pieces;
        }
    }

    private static double ArithmeticOf(Configuration size, TrainingData data, int step) =>
        data.DocumentsAt(step).Sum(document => FlopCount.Count(size, Batch.PositionsOf(document, size.BlockSize)));
}
