using System.Collections.Immutable;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Measurement;
using MicroGpt.Training;

namespace MicroGpt.Facts.Shell;

/// <summary>The profile of a training step has every kernel, and all of the step's arithmetic.</summary>
public class KernelProfileFacts
{
    private static readonly Configuration Configuration = Configuration.Create(8, 2, 2, 8, 27).OrThrow();

    [Theory]
    [InlineData(1), InlineData(16), InlineData(40)]
    public void The_kernels_of_a_step_do_the_arithmetic_that_is_counted_for_its_documents(int batchSize)
    {
        var data = Data(batchSize);
        var counted = data.DocumentsAt(3)
            .Sum(document => FlopCount.Count(Configuration, Batch.PositionsOf(document, Configuration.BlockSize)));
        Assert.Equal(counted, Kernels(data)(3).Sum(kernel =>
        {
            kernel.Run();
            return kernel.CountFlops();
        }));
    }

    [Fact]
    public void A_profile_has_a_row_for_each_kernel_and_a_sum()
    {
        var kernels = Kernels(Data(batchSize: 2));
        var times = KernelProfile.Measure(kernels, first: 0, pieces: 2, steps: 3);
        var lines = KernelProfile.Lines(times).ToArray();
        Assert.Equal(
            kernels(0).GroupBy(kernel => (kernel.Name, Shapes: kernel.FormatShapes()))
                .Select(group => (group.Key, (double)group.Count())).Order(),
            times.Select(time => ((time.Name, time.Shapes), time.Calls)).Order());
        Assert.Equal(times.Length + 2, lines.Length);
        Assert.Equal(["kernel", "shapes", "calls", "us", "GFLOP/s", "share"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal($"{kernels(0).Length}", lines[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        Assert.EndsWith(" 100.0%", lines[^1]);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Bench_prints_the_kernels_beside_the_measured_step()
    {
        using var folder = new Folder().With("input.txt", "anna\nbob\nzoë\n");
        var run = folder.Run("bench", "--kernels", "--steps", "40", "--precision", "single", "--threads", "1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("One training step on one thread, kernel by kernel:", run.Lines);
        Assert.Single(run.Lines, line => line.StartsWith("attention-weights(4 heads) "));
        Assert.Single(run.Lines, line => line.StartsWith("The kernels take ") && line.Contains(" us; the measured step takes "));
    }

    private static Func<int, ImmutableArray<Kernel>> Kernels(TrainingData data) => CompiledTrainer.CompileKernels<float>(
        new Gpt(Configuration).Model, data, Optimizers.Default, TrainingState.Start(
            Parameters.Draw(Configuration.Table, PythonRandom.Seed(1)).Value, Optimizers.Default));

    private static TrainingData Data(int batchSize) => new(
        TrainingSchedule.Create(100, 0.01, batchSize).OrThrow(),
        [.. Enumerable.Range(0, 50).Select(n =>
            (ImmutableArray<int>)[26, .. Enumerable.Range(0, 1 + n % 9).Select(i => (7 * n + i) % 26), 26])]);
}
