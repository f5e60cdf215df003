#:project ../../Core/Core.csproj
// An optimizer of your own is one record. Lion steps by the sign of a mean of the gradient (Chen et al., 2023). This prints:
//
//   step 200: mean loss 1.8909
//   step 400: mean loss 0.7481
//   step 600: mean loss 0.4526

using System.Collections.Immutable;
using MicroGpt;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

string[] words = ["ariel", "callisto", "europa", "ganymede", "io", "janus", "mimas", "miranda", "oberon", "rhea", "titan", "titania"];

var tokenizer = Tokenizer.Of(new([.. words]));
var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 10, tokenizer.VocabSize).OrThrow();
var schedule = TrainingSchedule.Create(steps: 600, learningRate: 0.001).OrThrow();
var data = new TrainingData(schedule, [.. words.Select(word => tokenizer.Document(word).OrThrow())]);
var lion = new Lion();
var train = CompiledTrainer.Compile<double>(new Gpt(configuration).Model, data, lion, threads: 1);
var state = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value, lion);
while (state.Step < schedule.Steps)
{
    var progress = train.Steps(state, 200).OrThrow();
    Console.WriteLine($"step {progress.State.Step,3}: mean loss {progress.Results.Average(result => result.Loss):F4}");
    state = progress.State;
}

internal record Lion : Optimizer
{
    public override string Name => "lion";

    public override ImmutableArray<SlotDefinition> Slots => [new("m")];

    public override (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Parameter parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
    {
        var mean = 0.9 * slots[0] + 0.1 * gradient;
        var sign = mean.Step() - (-mean).Step();
        return (parameter - inputs[0] * sign, [0.99 * slots[0] + 0.01 * gradient]);
    }
}
