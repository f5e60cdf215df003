#:project ../../Core/Core.csproj
// Muon makes the update of a matrix nearly orthogonal: all but its smallest singular values come near 1 (Jordan et al., 2024). Its
// iteration of Newton and Schulz consists of products of matrices, so it is an expression like any other. Embeddings and lm_head follow
// Adam. This prints:
//
//   step 200: mean loss 1.1043
//   step 400: mean loss 0.4267
//   step 600: mean loss 0.4058

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
var schedule = TrainingSchedule.Create(steps: 600, learningRate: 0.01).OrThrow();
var data = new TrainingData(schedule, [.. words.Select(word => tokenizer.Document(word).OrThrow())]);
var muon = new Muon();
var train = CompiledTrainer.Compile<double>(new Gpt(configuration).Model, data, muon, threads: 1);
var state = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value, muon);
while (state.Step < schedule.Steps)
{
    var progress = train.Steps(state, 200).OrThrow();
    Console.WriteLine($"step {progress.State.Step,3}: mean loss {progress.Results.Average(result => result.Loss):F4}");
    state = progress.State;
}

internal record Muon : Optimizer
{
    private static readonly Adam Adam = new();

    public override string Name => "muon";

    public override ImmutableArray<SlotDefinition> Slots => Adam.Slots;

    public override ImmutableArray<StepInput> Inputs => Adam.Inputs;

    public override (Expr Parameter, ImmutableArray<Expr> Slots) Update(
        Parameter parameter, Expr gradient, ImmutableArray<Expr> slots, ImmutableArray<Expr> inputs)
    {
        if (!parameter.Name.StartsWith("layer")) return Adam.Step(parameter, gradient, slots, inputs);
        var m = 0.95 * slots[0] + gradient;
        return (parameter - inputs[0] * Orthogonalize(0.95 * m + gradient), [m, slots[1]]);
    }

    // Each iteration maps a singular value s to 3.4445·s - 4.775·s³ + 2.0315·s⁵. Divided by the Frobenius norm, s is at most 1. Five
    // iterations map [0.0014, 1] into [0.6, 1.3]. A smaller s stays below 0.6. The smaller of the two Gram matrices is used.
    public static Expr Orthogonalize(Expr g)
    {
        var isTall = g.Shape.Rows.IfFixed >= g.Shape.Columns;
        var x = g.Over((g.Dot(g).Pow(0.5) + 1e-7).Broadcast(g.Shape));
        for (var i = 0; i < 5; i++)
        {
            var gram = isTall ? x.TransposeTimes(x) : x.TimesTranspose(x);
            var polynomial = -4.775 * gram + 2.0315 * gram.Times(gram);
            x = 3.4445 * x + (isTall ? x.Times(polynomial) : polynomial.Times(x));
        }
        return x;
    }
}
