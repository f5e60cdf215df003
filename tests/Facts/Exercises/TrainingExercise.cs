using System.Collections.Immutable;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts.Exercises;

/// <summary>Training is a fold: 20 steps and then 30 are 50.</summary>
public class TrainingExercise
{
    [Fact]
    public void Training_from_a_kept_state_equals_training_without_a_stop()
    {
        var configuration = Configuration.Create(nEmbd: 4, nHead: 2, nLayer: 1, blockSize: 4, vocabSize: 3).OrThrow();
        ImmutableArray<ImmutableArray<int>> documents = [[2, 0, 1, 2], [2, 1, 1, 0, 2]];
        var data = new TrainingData(TrainingSchedule.Create(steps: 50, learningRate: 0.01).OrThrow(), documents);
        var model = new Gpt(configuration).Model;
        var train = Trainers.Create(model, Engines.Expression(model), data, Optimizers.Default);
        var start = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(1)).Value, Optimizers.Default);

        var kept = train.Steps(start, 20).OrThrow().State;
        var before = kept.Parameters.Values.ToArray();
        var resumed = train.Steps(kept, 30).OrThrow().State;
        Recorded.EqualBits(train.Steps(start, 50).OrThrow().State.Parameters.Values, resumed.Parameters.Values);
        Recorded.EqualBits(before, kept.Parameters.Values);
    }
}
