using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The compiled trainer and the caller to which it reports its steps.</summary>
public class TrainerFacts
{
    private static readonly Configuration Configuration = Configuration.Create(4, 2, 1, 8, 27).OrThrow();

    [Fact]
    public void Each_step_is_reported_once_in_order_on_the_thread_of_the_caller()
    {
        var (start, trainer) = Start(threads: 3);
        var (caller, losses) = (Environment.CurrentManagedThreadId, new List<double>());
        var reached = trainer(start, 5, result =>
        {
            Assert.Equal(caller, Environment.CurrentManagedThreadId);
            losses.Add(result.Loss);
            return true;
        });
        Assert.Equal(5, reached.OrThrow().Step);
        Recorded.EqualBits(trainer.Steps(start, 5).OrThrow().Results.Select(result => result.Loss), losses);
    }

    [Fact]
    public void An_exception_of_the_callback_is_thrown_and_the_next_call_is_unaffected()
    {
        var (start, trainer) = Start(threads: 3);
        var before = trainer.Steps(start, 3).OrThrow();
        Assert.Throws<IOException>(() => trainer(start, 3, _ => throw new IOException()));
        Recorded.EqualBits(before.State.Parameters.Values, trainer.Steps(start, 3).OrThrow().State.Parameters.Values);
    }

    [Theory]
    [InlineData(0), InlineData(16), InlineData(47)]
    public void An_exception_on_any_thread_is_thrown_on_the_thread_of_the_caller(int place)
    {
        var documents = Enumerable.Range(0, 48).Select(k => k == place ? ImmutableArray.Create(26, 27, 26) : [26, 0, 26]);
        var (start, trainer) = Start(threads: 3, [.. documents]);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Steps(start, 3));
    }

    [Theory]
    [InlineData(0), InlineData(15)]
    public void An_exception_in_a_shared_kernel_ends_the_wait_of_the_other_threads(int place)
    {
        var documents = Enumerable.Range(0, 16).Select(k => ImmutableArray.Create(26, k == place ? 27 : 0, 26));
        var data = new TrainingData(TrainingSchedule.Create(10, 0.01, batchSize: 16).OrThrow(), [.. documents]);
        var trainer = CompiledTrainer.Compile<double>(
            new Gpt(Configuration).Model, data, Optimizers.Default, new Team(Threads: 3, LeastWork: 0));
        var start = TrainingState.Start(Parameters.Draw(Configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Steps(start, 3));
    }

    // Kernels are shared by units of rows, documents and slices. The sizes are such that threads get parts of different sizes of each.
    [Theory]
    [InlineData(2), InlineData(3), InlineData(5)]
    public void Threads_that_share_kernels_train_to_the_same_bits(int threads)
    {
        TrainsTheSame<double>(threads);
        TrainsTheSame<float>(threads);
    }

    private static void TrainsTheSame<T>(int threads) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var configuration = Configuration.Create(64, 4, 2, 32, 27).OrThrow();
        var documents = Enumerable.Range(0, 13)
            .Select(k => ImmutableArray.Create([26, .. Enumerable.Range(0, 3 + 11 * k % 29).Select(i => i * k % 26), 26]));
        var data = new TrainingData(TrainingSchedule.Create(10, 0.01, batchSize: 11).OrThrow(), [.. documents]);
        var (model, adam) = (new Gpt(configuration).Model, Optimizers.Default);
        var start = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var alone = CompiledTrainer.Compile<T>(model, data, adam, threads: 1).Steps(start, 3).OrThrow();
        var shared = CompiledTrainer.Compile<T>(model, data, adam, new Team(threads, LeastWork: 0)).Steps(start, 3).OrThrow();
        Recorded.EqualBits(alone.State.Parameters.Values, shared.State.Parameters.Values);
        Recorded.EqualBits(alone.Results.Select(result => result.Loss), shared.Results.Select(result => result.Loss));
        Recorded.EqualBits(
            alone.Results.SelectMany(result => result.GradientNorms), shared.Results.SelectMany(result => result.GradientNorms));
    }

    [Fact]
    public void A_block_longer_than_all_documents_costs_no_memory()
    {
        var configuration = Configuration.Create(16, 16, 1, 4096, 27).OrThrow(); // 16 full blocks have 4 billion attention weights
        var start = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var data = new TrainingData(TrainingSchedule.Create(10, 0.01, batchSize: 16).OrThrow(), Documents);
        var trainer = CompiledTrainer.Compile<float>(new Gpt(configuration).Model, data, Optimizers.Default, threads: 1);
        Assert.Equal(1, trainer.Steps(start, 1).OrThrow().State.Step);
    }

    private static readonly ImmutableArray<ImmutableArray<int>> Documents =
        [[26, 0, 13, 13, 0, 26], [26, 4, 21, 0, 26], [26, 11, 8, 11, 24, 26]];

    // A batch of 48 documents is three shards.
    private static (TrainingState Start, Trainer Trainer) Start(int threads, ImmutableArray<ImmutableArray<int>>? documents = null)
    {
        var data = new TrainingData(TrainingSchedule.Create(10, 0.01, batchSize: 48).OrThrow(), documents ?? Documents);
        return (
            TrainingState.Start(Parameters.Draw(Configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default),
            CompiledTrainer.Compile<double>(new Gpt(Configuration).Model, data, Optimizers.Default, threads));
    }
}
