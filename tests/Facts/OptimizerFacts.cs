using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>Optimizers on a small model, by the reference trainer and compiled.</summary>
public class OptimizerFacts
{
    private static readonly Gpt Gpt = new(Configuration.Create(8, 2, 1, 6, 5).OrThrow());
    private static readonly Parameters Parameters = Parameters.Draw(Gpt.Model.Table, PythonRandom.Seed(3)).Value;
    private static readonly ImmutableArray<ImmutableArray<int>> Documents = [[4, 0, 1, 0, 4], [4, 0, 1, 2, 4], [4, 3, 1, 0, 1, 4]];

    // A step differs by at most the rate times the difference of two gradients, some 1e-15, divided by the ε of Adam.
    private const double Tolerance = 1e-8;

    // A gradient in single precision differs by some 1e-6. An entry as small as this can step the other way, by twice the rate, which
    // changes the loss by 2e-8. A loss of about 2 is itself rounded some dozen times, by 1e-7.
    private const double SingleTolerance = 1e-5;

    private static readonly ImmutableDictionary<string, Optimizer> All = new Dictionary<string, Optimizer>
    {
        ["adam"] = new Adam(),
        ["adam of other means"] = new Adam { Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-7 },
        ["adam without m"] = new Adam { Beta1 = 0 },
        ["clipped adam"] = new Adam { Clip = 0.5 },
        ["adamw"] = new AdamW(),
        ["adamw of embeddings"] = new AdamW { DecayEmbeddings = true, Clip = 0.5 },
        ["sgd"] = new Sgd(),
        ["momentum"] = new Sgd { Momentum = 0.9, Clip = 0.5 },
        ["nesterov"] = new Sgd { Momentum = 0.9, Nesterov = true },
    }.ToImmutableDictionary();

    public static TheoryData<string> Cases => [.. All.Keys.Order()];

    // 40 documents are three shards, whose gradients are added before the update.
    [Theory, MemberData(nameof(Cases))]
    public void A_compiled_optimizer_makes_the_steps_of_its_expression(string name)
    {
        Agree(All[name], batchSize: 1);
        Agree(All[name], batchSize: 40);
    }

    /// <summary>Fails if compiled steps of an optimizer, in double and in single precision, differ from those of its expression.</summary>
    internal static void Agree(Optimizer optimizer, int batchSize)
    {
        var data = new TrainingData(TrainingSchedule.Create(10, 0.01, batchSize).OrThrow(), Documents);
        var start = TrainingState.Start(Parameters, optimizer);
        var expected = Trainers.Create(Gpt.Model, Engines.Expression(Gpt.Model), data, optimizer).Steps(start, 4).OrThrow();
        var found = CompiledTrainer.Compile<double>(Gpt.Model, data, optimizer, threads: 2).Steps(start, 4).OrThrow();
        var single = CompiledTrainer.Compile<float>(Gpt.Model, data, optimizer, threads: 2).Steps(start, 4).OrThrow();
        Assert.Equal(expected.State.Slots.Select(slot => slot.Name), found.State.Slots.Select(slot => slot.Name));
        IsNear(expected.State.Parameters, found.State.Parameters);
        foreach (var slot in expected.State.Slots) IsNear(slot, found.State[slot.Name]);
        foreach (var (e, f) in expected.Results.Zip(found.Results)) Assert.Equal(e.GradientNorm, f.GradientNorm, Tolerance);
        foreach (var (e, s) in expected.Results.Zip(single.Results)) Assert.Equal(e.Loss, s.Loss, SingleTolerance);
    }

    [Fact]
    public void Inputs_gradients_and_slots_have_names()
    {
        var step = OptimizerStep.Of(new AdamW(), Gpt.Model.Table);
        Assert.Equal(["learning_rate", "bias1", "bias2", "keep"], step.Inputs.Select(input => input.Name));
        Assert.Equal(["m.wte", "v.wte"], step.Updates[0].Slots.Select(slot => slot.Name));
        Assert.Equal("∂loss/∂wte", Assert.IsType<Variable>(step.Updates[0].Gradient).Name);
        Assert.Equal(["velocity"], new Sgd { Momentum = 0.5 }.Slots.Select(slot => slot.Name));
    }

    [Fact]
    public void An_optimizer_has_the_hyperparameters_that_it_names()
    {
        Assert.Equal(new Adam { Beta1 = 0.9 }, With(new Adam(), "beta1", "0.9"));
        Assert.Equal(new Sgd { Nesterov = true }, With(new Sgd(), "nesterov", "1"));
        Assert.Equal(["momentum", "nesterov", "clip"], new Sgd().Hyperparameters.Select(setting => setting.Name));

        static Optimizer With(Optimizer optimizer, string name, string text) =>
            optimizer.Hyperparameters.Single(setting => setting.Name == name).Read(name, text).OrThrow();
    }

    [Fact]
    public void All_problems_with_hyperparameters_are_named_at_once() => Assert.Equal(
        [
            "nesterov is a kind of momentum, and momentum is 0; choose a momentum, such as 0.9.",
            "clip is -1; it must be finite and at least 0.",
        ],
        new Sgd { Nesterov = true, Clip = -1 }.Check().Select(problem => problem.Sentence).ToArray());

    private static void IsNear(ParameterValues expected, ParameterValues found)
    {
        for (var i = 0; i < expected.Values.Length; i++) Assert.Equal(expected.Values[i], found.Values[i], Tolerance);
    }
}
