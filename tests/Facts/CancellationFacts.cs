using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>Cancelled work has no result, except for training, whose result is the last whole state.</summary>
public class CancellationFacts
{
    private static readonly Configuration Configuration = Configuration.Create(4, 2, 1, 8, 27).OrThrow();

    private static readonly Gpt Gpt = new(Configuration);

    private static readonly TrainingState Start = TrainingState.Start(
        Parameters.Draw(Configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);

    private static readonly ImmutableArray<ImmutableArray<int>> Documents = [[26, 0, 13, 13, 0, 26], [26, 4, 21, 0, 26]];

    private static readonly CancellationToken Cancelled = new(canceled: true);

    public static TheoryData<string, Func<LanguageModel, Engine>> EngineMakers { get; } =
        new() { { "scalar", Engines.Scalar }, { "expression", Engines.Expression } };

    [Theory]
    [MemberData(nameof(EngineMakers), DisableDiscoveryEnumeration = true)]
    public void A_step_that_is_cancelled_in_the_engine_leaves_the_state_before_it(string name, Func<LanguageModel, Engine> make)
    {
        var (engine, steps) = (make(Gpt.Model), 0);
        using var source = new CancellationTokenSource();
        var expected = Trainers.Create(Gpt.Model, engine, Data(batchSize: 1), Optimizers.Default).Steps(Start, 2).OrThrow().State;
        var reached = Trainers.Create(Gpt.Model, CancelledInStep3, Data(batchSize: 1), Optimizers.Default)(
            Start, 5, _ => true, source.Token).OrThrow();
        Assert.True(expected == reached, name);
        Assert.Equal(3, steps);

        (double Loss, Gradient Gradient) CancelledInStep3(Parameters parameters, Inputs batch, CancellationToken cancellation)
        {
            if (++steps == 3) source.Cancel();
            return engine(parameters, batch, cancellation);
        }
    }

    [Theory]
    [InlineData(1, 48), InlineData(2, 48), InlineData(3, 48), InlineData(2, 16)]
    public void A_compiled_trainer_that_is_cancelled_after_a_step_makes_no_other(int threads, int batchSize)
    {
        using var source = new CancellationTokenSource();
        var trainer = CompiledTrainer.Compile<double>(Gpt.Model, Data(batchSize), Optimizers.Default, new Team(threads, LeastWork: 0));
        var expected = trainer.Steps(Start, 1).OrThrow().State;
        Assert.Equal(expected, trainer(Start, 5, CancelAfterStep1, source.Token).OrThrow());
        Assert.Equal(Start, trainer(Start, 5, _ => throw new InvalidOperationException(), source.Token).OrThrow());
        Assert.Equal(expected, trainer.Steps(Start, 1).OrThrow().State);

        bool CancelAfterStep1(StepResult result)
        {
            source.Cancel();
            return true;
        }
    }

    // The step takes seconds. Had it ended, it would have been reported.
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task A_compiled_step_is_cancelled_between_its_shards_and_all_threads_end(int threads)
    {
        var trainer = CompiledTrainer.Compile<double>(Gpt.Model, Data(batchSize: 1 << 20), Optimizers.Default, threads);
        using var source = new CancellationTokenSource();
        var training = Task.Run(() => trainer(Start, 10, _ => throw new InvalidOperationException(), source.Token));
        await Task.Delay(100); // most often, the step has begun
        await source.CancelAsync();
        Assert.Equal(Start, (await training).OrThrow());
    }

    [Theory]
    [InlineData("rewrite", 0), InlineData("backward", 0), InlineData("plan", 0), InlineData("bind", 0)]
    [InlineData("rewrite", 10), InlineData("backward", 10), InlineData("plan", 10), InlineData("bind", 10)]
    public void A_compilation_is_cancelled_in_each_pass(string pass, int node)
    {
        using var source = new CancellationTokenSource();
        var last = default(Progress);
        Assert.Throws<OperationCanceledException>(() => CompiledTrainer.Compile<double>(
            Gpt.Model, Data(batchSize: 1), Optimizers.Default, threads: 1, new(source.Token, CancelInPass)));
        Assert.Equal((pass, node), (last.Pass, last.Done));

        void CancelInPass(Progress progress)
        {
            last = progress;
            if (progress.Pass == pass && progress.Done == node) source.Cancel();
        }
    }

    [Fact]
    public void The_progress_of_each_pass_counts_its_nodes()
    {
        var seen = new List<Progress>();
        CompiledTrainer.Compile<double>(Gpt.Model, Data(batchSize: 1), Optimizers.Default, threads: 1, new(default, seen.Add));
        Assert.Equal(["rewrite", "backward", "plan", "bind"], seen.Select(progress => progress.Pass).Distinct());
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.Equal((pair.Item1.Done + 1) % pair.Item1.Total, pair.Item2.Done));
    }

    [Fact]
    public void The_progress_of_scoring_counts_the_documents() => Assert.All(Backends.All, backend =>
    {
        var seen = new List<Progress>();
        var documents = Enumerable.Repeat(Documents, 1000).SelectMany(each => each).ToImmutableArray();
        backend.CreateScorer(Gpt.Model, threads: 2)(Start.Parameters, documents, new(default, seen.Add));
        Assert.Equal(new(Scorers.Pass, 0, documents.Length), seen[0]);
        Assert.True(seen.Count > 1);
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.InRange(pair.Item2.Done, pair.Item1.Done + 1, documents.Length - 1));
    });

    [Fact]
    public void Cancelled_work_without_a_result_throws()
    {
        var x = Value<Real>.Variable(new(1));
        var decoder = Decoder.Of(Gpt, Start.Parameters);
        var scorers = Backends.All.Select(backend => backend.CreateScorer(Gpt.Model, threads: 2)).ToArray();
        Action[] works =
        [
            () => PostOrder<Expr>.Of([Gpt.Model.Loss], Cancelled),
            () => FingerprintOrder<Value<Real>>.Of(x, Cancelled),
            () => (x * x).Backward(Cancelled),
            () => Gpt.Model.Loss.Backward(new Observer(Cancelled)),
            () => Engines.Scalar(Gpt.Model)(Start.Parameters, Batch.Of(Gpt.Model, Documents[0]), Cancelled),
            () => Engines.Expression(Gpt.Model)(Start.Parameters, Batch.Of(Gpt.Model, Documents[0]), Cancelled),
            () => CompiledDecoder.Compile<double>(Gpt, Start.Parameters, new(Cancelled)),
            () => CompiledDecoder.Compile<double>(Gpt.Model, Start.Parameters, new(Cancelled)),
            () => CompiledScorer.Compile<double>(Gpt.Model, threads: 1, new(Cancelled)),
            .. scorers.Select<Scorer, Action>(score => () => score(Start.Parameters, Documents, new(Cancelled))),
            () => Sampling.Document(decoder, SamplingOptions.Of(1), [], PythonRandom.Seed(1), cancellation: Cancelled),
        ];
        Assert.All(works, work => Assert.Throws<OperationCanceledException>(work));
    }

    private static TrainingData Data(int batchSize) => new(TrainingSchedule.Create(10, 0.01, batchSize).OrThrow(), Documents);
}
