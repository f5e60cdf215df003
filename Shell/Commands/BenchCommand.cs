using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Measurement;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Shell.Runs;
using MicroGpt.Training;
using static System.FormattableString;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>Measures the speed of training and of generation.</summary>
internal static class BenchCommand
{
    private const int Pieces = 10, MostNamesInPiece = 1000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    // The time of ten pieces, if their number of steps or names is not given.
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    private const string Notes =
        """
        Training: two seconds and the first half of the steps are warm-up. The second
        half is timed in ten pieces. Without --steps, it has the steps that fit in
        five seconds, at most ten thousand. Generation: two seconds are warm-up. Then
        the names that fit in five seconds, at most ten thousand, are timed in ten
        pieces. The best and the median piece are printed. On a busy machine, run
        bench several times and compare the best.

        --kernels also times each kernel of the same steps by itself, on one thread.
        A call includes the time to read the clock, 20 to 50 ns.

        Examples:
          microgpt bench --precision single --threads 1
          microgpt bench --kernels --precision single --n-embd 64 --steps 2000
          microgpt bench --n-embd 64 --batch-size 64 --precision single --steps 2000

        """;

    private static readonly TypedOption<int> StepsOption = TypedOption.Count("--steps", 20_000, 2 * Pieces,
        "The number of training steps; by default, fewer if they take long.");

    private static readonly System.CommandLine.Option<bool> KernelsFlag = TypedOption.Flag("--kernels",
        "Also print the time of each kernel of a training step.");

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("bench", "Measures the speed of training and generation.").With(
        [
            .. SettingOptions.OfModel, StepsOption, .. SettingOptions.Of("batch_size", "seed", "precision", "threads"), KernelsFlag,
            HelpWithNotes.Option(Notes),
        ]);
        command.SetAction(parse => ExitCode.Conclude(Bench(parse)));
        return command;
    }

    private static Validation<Problem, Unit> Bench(ParseResult parse)
    {
        var steps = StepsOption.Parse(parse).Map(count => $"{count}");
        var given = SettingOptions.Read(parse).With(SettingSource.CommandLine, [("steps", steps)]);
        return (UnknownArguments.Check(parse), CorpusSource.Read(given), given.Validate())
            .Apply((_, corpus, run) =>
                from model in UntrainedModel.Create(run, corpus)
                from divided in model.Divide(run)
                from done in Run(model, divided.Data, run, StepsOption.IsGiven(parse), parse.GetValue(KernelsFlag)).ToValidation()
                select done)
            .Bind(identity);
    }

    private static Either<Problem, Unit> Run(
        UntrainedModel model, TrainingData data, RunConfiguration run, bool allSteps, bool withKernels)
    {
        model.CutLines.IfSome(Console.Error.WriteLine);
        var (gpt, (parameters, random)) = (new Gpt(model.Configuration), model.First.Draw());
        var (schedule, backend, threads) = (run.Schedule, Backends.Find(run), run.CountThreads());
        var trainer = backend.CreateTrainer(gpt.Model, data, Optimizers.Default, threads);
        var most = schedule.Steps / 2 / Pieces;

        // Warm-up: the runtime optimizes the code, and the trained state is dropped. With a single core, the runtime starts to optimize
        // only when no new method was called for a second. So training calls all its methods at once.
        var start = TrainingState.Start(parameters, Optimizers.Default);
        var (began, warmSteps) = (Stopwatch.GetTimestamp(), 0);
        while (Stopwatch.GetElapsedTime(began) < WarmUp)
        {
            trainer(start, most, _ =>
            {
                warmSteps++;
                return Stopwatch.GetElapsedTime(began) < WarmUp;
            });
        }
        var piece = allSteps ? most : PieceOf(warmSteps, most);
        return trainer(start, schedule.Steps - Pieces * most - Pieces * (most - piece), _ => true).Bind(warm =>
        {
            var (timing, losses, made) = (new Stopwatches(), 0.0, 0);
            return trainer(warm, Pieces * piece, Timed).Bind(state =>
            {
                Report(data, backend, threads, timing, warm.Step, piece, losses / made, gpt.Configuration);
                if (withKernels)
                    ReportKernels(backend.CreateKernels(gpt.Model, data, Optimizers.Default, warm), warm.Step, timing, piece);
                return TimeGeneration(backend.CreateDecoder(gpt, state.Parameters), random);
            });

            bool Timed(StepResult result)
            {
                losses += result.Loss;
                if (++made % piece == 0) timing.Lap();
                return true;
            }
        });
    }

    private static void Report(
        TrainingData data, Backend backend, int threads, Stopwatches timing, int from, int piece, double loss, Configuration c)
    {
        var batchSize = data.Schedule.BatchSize;
        var lengths = Enumerable.Range(from, Pieces * piece)
            .SelectMany(step => data.DocumentsAt(step).Select(document => Batch.PositionsOf(document, c.BlockSize)));
        var (tokens, arithmetic) = lengths.Aggregate((Tokens: 0.0, Arithmetic: 0.0), (sum, length) =>
            (sum.Tokens + length, sum.Arithmetic + FlopCount.Count(c, length)));
        var (steps, best) = (Pieces * piece, timing.Best.TotalMicroseconds / piece);
        Console.WriteLine(
            Invariant($"microgpt {8 * backend.Precision.Bytes}-bit n_embd={c.NEmbd} n_layer={c.NLayer} ")
            + Invariant($"n_head={c.NHead} block_size={c.BlockSize} batch={batchSize} threads={threads}: best {best:F2}, ")
            + Invariant($"median {timing.Median.TotalMicroseconds / piece:F2} us/step; best {best / batchSize:F2} us/document; ")
            + Invariant($"mean loss of the second half {loss:F4}"));
        Console.WriteLine(Invariant($"{batchSize * 1e6 / best:N0} documents/s, {tokens / steps * 1e6 / best:N0} tokens/s, ")
            + Invariant($"{arithmetic / steps / best / 1e3:F2} GFLOP/s"));
        Console.WriteLine(Invariant($"{timing.Allocated / steps} bytes allocated a step; ")
            + Invariant($"collections of generation 0, 1, 2 in {steps:N0} steps: {string.Join(", ", timing.Collections)}"));
    }

    private static void ReportKernels(Func<int, ImmutableArray<Kernel>> kernels, int first, Stopwatches timing, int piece)
    {
        var times = KernelProfile.Measure(kernels, first, Pieces, piece);
        Console.WriteLine("One training step on one thread, kernel by kernel:");
        foreach (var line in KernelProfile.Lines(times)) Console.WriteLine(line);
        Console.WriteLine(Invariant($"The kernels take {times.Sum(time => time.Microseconds):F2} us; the measured step takes ")
            + Invariant($"{timing.Best.TotalMicroseconds / piece:F2} us at best, ")
            + Invariant($"{timing.Median.TotalMicroseconds / piece:F2} us in the median."));
    }

    private static Either<Problem, Unit> TimeGeneration(Decoder decoder, PythonRandom random)
    {
        var (next, tokens, warmNames) = (Right<Problem, PythonRandom>(random), 0, 0);
        void Name() => next = next.Bind(stream => Sampling.Document(decoder, SamplingOptions.Of(0.5), [], stream)).Map(sample =>
        {
            tokens += sample.Choices.Length;
            return sample.Next;
        });

        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WarmUp; warmNames++) Name();
        tokens = 0;
        var (piece, timing) = (PieceOf(warmNames, MostNamesInPiece), new Stopwatches());
        for (var i = 0; i < Pieces; i++)
        {
            for (var n = 0; n < piece; n++) Name();
            timing.Lap();
        }
        var best = timing.Best.TotalMicroseconds / piece;
        Console.WriteLine(Invariant($"generation: best {best:F2}, median {timing.Median.TotalMicroseconds / piece:F2} us/name; ")
            + Invariant($"best {best * Pieces * piece / tokens:F2} us/token"));
        return next.Map(_ => unit);
    }

    /// <summary>
    /// The number of steps or names of a piece, at most <paramref name="most"/>, so that ten pieces take five seconds at the speed of the
    /// warm-up, which had <paramref name="warmedUp"/> of them.
    /// </summary>
    internal static int PieceOf(int warmedUp, int most) => (int)Math.Clamp(warmedUp * (Measured / WarmUp) / Pieces, 1, most);
}
