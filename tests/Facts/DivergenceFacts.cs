using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>Training that diverges warns once, and ends at a number that is not finite.</summary>
public class DivergenceFacts
{
    private static readonly Configuration Configuration = Configuration.Create(4, 2, 1, 8, 27).OrThrow();

    [Fact]
    public void A_running_mean_above_three_times_chance_warns_once()
    {
        var bound = 3 * Math.Log(27);
        double[] losses = [bound, bound + 1, bound + 1, 0, 0, 100, 100];
        var (watch, warnings) = (default(DivergenceWatch), new List<Option<Problem>>());
        foreach (var (i, loss) in losses.Index())
        {
            (watch, var warning) = watch.With(i + 1, loss, Schedule(0.5), Configuration.ChanceLoss);
            warnings.Add(warning);
        }
        Assert.Equal([false, true, false, false, false, false, false], warnings.Select(warning => warning.IsSome));
        Assert.Equal(
            "The running mean of the loss is 10.393 after step 2, more than 3 times that of chance, 3.2958; "
            + "if it does not fall, try a learning_rate of 0.01.", warnings[1].Map(problem => problem.Sentence));
    }

    [Fact]
    public void A_run_that_learns_does_not_warn()
    {
        var watch = Enumerable.Repeat(Math.Log(27), 100).Aggregate(
            default(DivergenceWatch), (watch, loss) => watch.With(1, loss, Schedule(0.01), Configuration.ChanceLoss).Next);
        Assert.False(watch.HasWarned);
    }

    [Theory]
    [InlineData(1e300, 0.01)]
    [InlineData(0.5, 0.01)]
    [InlineData(0.1, 0.01)]
    [InlineData(0.01, 0.001)]
    public void The_remedy_is_a_tenth_of_the_learning_rate_and_at_most_a_hundredth(double rate, double remedy) =>
        Assert.Equal(remedy, Schedule(rate).GentlerRate);

    // The learning rate is infinite in single precision, and so are the parameters after a step with a finite loss and gradient.
    [Theory]
    [InlineData(1), InlineData(2)]
    public void A_parameter_that_is_not_finite_after_the_last_step_ends_training(int batchSize)
    {
        ImmutableArray<ImmutableArray<int>> documents = [[26, 0, 13, 13, 0, 26]];
        var data = new TrainingData(TrainingSchedule.Create(1, 1e300, batchSize).OrThrow(), documents);
        var start = TrainingState.Start(Parameters.Draw(Configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var trainer = CompiledTrainer.Compile<float>(new Gpt(Configuration).Model, data, Optimizers.Default, threads: 1);
        var problem = trainer.Steps(start, 1).LeftToArray().Single();
        Assert.Matches(
            @"^The parameter wte\[0, 0\] after step 1 is -?Infinity, not a number to learn from; try a learning_rate of 0.01\.$",
            problem.Sentence);
    }

    [Theory]
    [InlineData(double.NaN, 1, "The loss of step 3 is NaN")]
    [InlineData(1, double.NaN, "The gradient of wpe in step 3 is NaN")]
    public void A_result_that_is_not_finite_ends_training_in_its_step(double loss, double secondNorm, string what)
    {
        var start = TrainingState.Start(Parameters.Zero(Configuration.Table), Optimizers.Default) with { Step = 2 };
        var trainer = Trainers.Create(Schedule(0.5), (state, _) => (new(loss, [1, secondNorm]), state));
        Assert.Equal(
            $"{what}, not a number to learn from; try a learning_rate of 0.01.", trainer.Steps(start, 1).ProblemOrThrow().Sentence);
    }

    [Fact]
    public void A_slot_that_is_not_finite_ends_training()
    {
        var table = Configuration.Table;
        var state = new TrainingState(Parameters.Zero(table), [new("m", table, Parameters.Zero(table).Values.SetItem(1, 1.0 / 0))], 2);
        Assert.Equal(
            "The m of wte[0, 1] after step 2 is Infinity, not a number to learn from; try a learning_rate of 0.01.",
            state.Finite(Schedule(0.5)).ProblemOrThrow().Sentence);
    }

    private static TrainingSchedule Schedule(double rate) => TrainingSchedule.Create(10, rate).OrThrow();
}
