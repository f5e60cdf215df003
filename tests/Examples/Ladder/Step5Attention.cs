#:project ../../../Core/Core.csproj
// Step 5, attention. The perceptron never saw more than three characters. Now each position compares its query with the keys of all
// positions up to it, and adds their values by how well they fit. Then the perceptron has its turn, at each position by itself. All
// positions are computed at once, so nothing is cached. This prints:
//
//   validation loss 2.2194

using MicroGpt;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

const int Columns = 16, BlockSize = 16, Steps = 2000, BatchSize = 32;
const double Rate = 1;
var (tokenizer, learned, heldOut) = Names.Load();
var (wte, wpe) = (Parameter.Embedding("wte", tokenizer.VocabSize, Columns), Parameter.Embedding("wpe", BlockSize, Columns));
var x = (wte.Gather(IndexInput.Tokens) + wpe.Gather(IndexInput.Positions)).RmsNorm();
var one = new Heads(Count: 1, BlockSize);
var (q, k, v) = (Linear(x, "attn_wq", Columns), Linear(x, "attn_wk", Columns), Linear(x, "attn_wv", Columns));
var scores = (q.Scores(k, one) / Math.Sqrt(Columns)).Mask(one, hidden: double.NegativeInfinity);
x = Linear(scores.Softmax(groups: 1).Mix(v, one), "attn_wo", Columns) + x;
x = Linear(Linear(x.RmsNorm(), "mlp_fc1", 4 * Columns).Relu(), "mlp_fc2", Columns) + x;
var model = LanguageModel.Of(Linear(x, "lm_head", tokenizer.VocabSize), BlockSize);

var data = new TrainingData(TrainingSchedule.Create(Steps, Rate, BatchSize).OrThrow(), learned);
var engine = CompiledEngine.Compile<double>(model, BatchSize);
var parameters = Parameters.Draw(model.Table, PythonRandom.Seed(42)).Value;
for (var step = 0; step < Steps; step++)
{
    var (_, gradient) = engine(parameters, data.BatchAt(step, model));
    parameters = parameters with { Values = [.. parameters.Values.Zip(gradient.Values, (p, g) => p - Rate * g)] };
}
var losses = MeanLosses.Average(CompiledScorer.Compile<double>(model)(parameters, heldOut));
Console.WriteLine($"validation loss {losses.PerToken:F4}");

static Expr Linear(Expr x, string name, int outputs) => x.Linear(Parameter.Weight(name, outputs, x.Shape.Columns));
