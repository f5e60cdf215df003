using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The small values of training, by hand: means, the best validation, schedules, and deviations.</summary>
public class TrainingValueFacts
{
    [Fact]
    public void A_running_mean_weighs_each_earlier_loss_a_fiftieth_less()
    {
        var first = default(RunningMean).With(3);
        Assert.True(double.IsNaN(default(RunningMean).Value));
        Assert.Equal(3, first.Value);
        Assert.Equal((0.98 * 3 + 5) / 1.98, first.With(5).Value, 1e-15);
    }

    [Fact]
    public void The_best_validation_is_the_first_of_the_lowest_loss()
    {
        var best = BestValidation.None.With(10, 2).With(20, 2).With(30, 3);
        Assert.Equal(new(2, 10, 2), best);
        Assert.Equal(new(1, 40, 0), best.With(40, 1));
    }

    [Fact]
    public void A_cosine_falls_slowly_at_both_ends()
    {
        var schedule = TrainingSchedule.Create(4, 2, shape: RateShape.Cosine).OrThrow();
        Assert.Equal(2, schedule.RateAt(0));
        Assert.Equal(1 + Math.Sqrt(0.5), schedule.RateAt(1), 1e-15);
        Assert.Equal(1, schedule.RateAt(2), 1e-15);
        Assert.Equal(1 - Math.Sqrt(0.5), schedule.RateAt(3), 1e-15);
    }

    [Theory]
    [InlineData(4, "warmup is 4; it must be less than steps, which is 4.")]
    [InlineData(5, "warmup is 5; it must be less than steps, which is 4.")]
    public void A_warmup_ends_before_the_last_step(int warmup, string sentence)
    {
        Assert.Equal(sentence, TrainingSchedule.Create(4, 1, warmup: warmup).ToEither()
            .MapLeft(problems => problems.Head).ProblemOrThrow().Sentence);
        Assert.Equal(3, TrainingSchedule.Create(4, 1, warmup: 3).OrThrow().Warmup);
    }

    [Fact]
    public void Each_number_of_a_schedule_has_its_least_value() => Assert.Equal(
        [
            "steps is 0; it must be at least 1.", "learning_rate is 0; it must be finite and greater than 0.",
            "batch_size is 0; it must be at least 1.", "warmup is -1; it must be at least 0.",
        ],
        TrainingSchedule.Create(0, 0, batchSize: 0, warmup: -1).Sentences());

    [Theory]
    [InlineData(3, 5, 15)]
    [InlineData(1 << 20, 1 << 20, int.MaxValue)]
    public void The_documents_of_all_steps_are_counted(int steps, int batchSize, int expected) =>
        Assert.Equal(expected, TrainingSchedule.Create(steps, 1, batchSize).OrThrow().DocumentCount);

    [Fact]
    public void After_the_last_document_comes_the_first()
    {
        TrainingData data = new(TrainingSchedule.Create(9, 1, batchSize: 2).OrThrow(), [[9, 0, 9], [9, 1, 1, 9], [9, 2, 9]]);
        Assert.Equal([0, 1], data.DocumentsAt(0).Select(document => document[1]));
        Assert.Equal([2, 0], data.DocumentsAt(1).Select(document => document[1]));
        Assert.Equal([1, 2], data.DocumentsAt(2).Select(document => document[1]));
        Assert.Equal(4, data.Longest);
    }

    [Fact]
    public void A_deviation_is_the_largest_error_and_holds_within_its_bounds()
    {
        var within = Deviation.None.And(found: 3, expected: 2, bound: 1).And(found: -4, expected: -4.5, bound: 1);
        Assert.Equal(new(1, 0.5, true), within);
        Assert.Equal(new(1, 0.5, true), within.And(found: 0, expected: 0, bound: 0));
        Assert.Equal(new(2, 0.5, false), within.And(found: 6, expected: 4, bound: 1));
        Assert.False(within.And(found: 6, expected: 4, bound: 1).And(found: 0, expected: 0, bound: 0).Holds);
        Assert.False(within.And(found: double.NaN, expected: 0, bound: 1).Holds);
    }

    [Fact]
    public void Each_token_or_each_document_has_the_same_weight_in_a_mean_loss() =>
        Assert.Equal(new(PerToken: 14.0 / 6, PerDocument: (3.0 + 2) / 2), MeanLosses.Average([new(-6, 2), new(-8, 4)]));

    [Fact]
    public void Slots_are_told_apart_by_their_names()
    {
        var table = new ParameterTable([ParameterDefinition.Weight("w", 1, 1)]);
        Assert.Equal(new Slot("m", table, [1]), new("m", table, [1]));
        Assert.NotEqual(new Slot("m", table, [1]), new("v", table, [1]));
        Assert.NotEqual(new Slot("m", table, [1]), new("m", table, [2]));
        var state = new TrainingState(new(table, [0]), [new("m", table, [1]), new("v", table, [2])], 0);
        Assert.Equal(2, state["v"].Values[0]);
        Assert.Throws<InvalidOperationException>(() => state["velocity"]);
    }

    [Theory]
    [InlineData(true, true, true, true)]
    [InlineData(false, true, true, false)]
    [InlineData(true, false, true, false)]
    [InlineData(true, true, false, false)]
    public void A_check_of_a_matrix_holds_by_all_oracles(bool byStep, bool forward, bool byDifferences, bool expected) => Assert.Equal(
        expected,
        new MatrixCheck(ParameterDefinition.Weight("w", 1, 1), 1, Of(byStep), Of(forward), Of(byDifferences)).Holds);

    private static Deviation Of(bool holds) => Deviation.None with { Holds = holds };
}
