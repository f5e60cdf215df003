using System.Collections.Immutable;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>How a trainer and whoever it tells of its steps get on.</summary>
public class TrainerFacts
{
    private static readonly Configuration Configuration = Configuration.Create(4, 2, 1, 8, 27).OrThrow();

    [Fact]
    public void It_tells_of_each_step_once_in_order_on_the_thread_that_called()
    {
        var (start, trainer) = Beginning(threads: 3);
        var (caller, losses) = (Environment.CurrentManagedThreadId, new List<double>());
        var left = trainer(start, 5, finding =>
        {
            Assert.Equal(caller, Environment.CurrentManagedThreadId);
            losses.Add(finding.Loss);
            return true;
        });
        Assert.Equal(5, left.OrThrow().Step);
        Recorded.EqualBits(trainer.Steps(start, 5).OrThrow().Findings.Select(finding => finding.Loss), losses);
    }

    [Fact]
    public void What_is_thrown_when_it_tells_of_a_step_comes_out_and_it_trains_on_all_the_same()
    {
        var (start, trainer) = Beginning(threads: 3);
        var before = trainer.Steps(start, 3).OrThrow();
        Assert.Throws<IOException>(() => trainer(start, 3, _ => throw new IOException()));
        Recorded.EqualBits(before.State.Parameters.Values, trainer.Steps(start, 3).OrThrow().State.Parameters.Values);
    }

    [Theory]
    [InlineData(0), InlineData(16), InlineData(47)]
    public void What_is_thrown_on_any_thread_comes_out_on_the_one_that_called(int place)
    {
        var documents = Enumerable.Range(0, 48).Select(k => k == place ? ImmutableArray.Create(26, 27, 26) : [26, 0, 26]);
        var (start, trainer) = Beginning(threads: 3, [.. documents]);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Steps(start, 3));
    }

    [Fact]
    public void A_block_longer_than_all_documents_takes_no_memory()
    {
        var configuration = Configuration.Create(16, 16, 1, 4096, 27).OrThrow();    // 16 documents as long would have 4 billion attention weights
        var start = TrainingState.Start(Parameters.Draw(configuration, PythonRandom.Seed(42)).Value);
        var course = new TrainingData(TrainingSchedule.Create(10, 0.01, batchSize: 16).OrThrow(), Documents);
        Assert.Equal(1, CompiledTrainer.Compile<float>(new(configuration), course, threads: 1).Steps(start, 1).OrThrow().State.Step);
    }

    private static readonly ImmutableArray<ImmutableArray<int>> Documents = [[26, 0, 13, 13, 0, 26], [26, 4, 21, 0, 26], [26, 11, 8, 11, 24, 26]];

    // Three shards.
    private static (TrainingState Start, Trainer Trainer) Beginning(int threads, ImmutableArray<ImmutableArray<int>>? documents = null)
    {
        var course = new TrainingData(TrainingSchedule.Create(10, 0.01, batchSize: 48).OrThrow(), documents ?? Documents);
        return (TrainingState.Start(Parameters.Draw(Configuration, PythonRandom.Seed(42)).Value), CompiledTrainer.Compile<double>(new(Configuration), course, threads));
    }
}
