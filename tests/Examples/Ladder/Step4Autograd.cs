#:project ../../../Core/Core.csproj
// Step 4, autograd. The derivative by hand was longer than the model, and would have to be found again for each other model. Now the model
// is an expression, and its gradient is derived from it. Sizes, draws and steps are those before, and so is the loss. This prints:
//
//   validation loss 2.2617

using MicroGpt;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

const int Columns = 16, Hidden = 64, Steps = 2000, BatchSize = 32;
const double Rate = 1;
var (tokenizer, learned, heldOut) = Names.Load();
var wte = Parameter.Embedding("wte", tokenizer.VocabSize, Columns);
var (before, twoBefore) = (IndexInput.Before(1), IndexInput.Before(2));
var hidden = (Rows(IndexInput.Tokens, "w0") + Rows(before, "w1") + Rows(twoBefore, "w2")).Tanh();
var logits = hidden.Linear(Parameter.Weight("lm_head", tokenizer.VocabSize, Hidden));
var model = LanguageModel.Of(logits, blockSize: 16, before, twoBefore);

var data = new TrainingData(TrainingSchedule.Create(Steps, Rate, BatchSize).OrThrow(), learned);
var engine = CompiledEngine.Compile<double>(model, BatchSize); // of the loss, and of what Backward derives from it
var parameters = Parameters.Draw(model.Table, PythonRandom.Seed(42)).Value;
for (var step = 0; step < Steps; step++)
{
    var (_, gradient) = engine(parameters, data.BatchAt(step, model));
    parameters = parameters with { Values = [.. parameters.Values.Zip(gradient.Values, (p, g) => p - Rate * g)] };
}
var losses = MeanLosses.Average(CompiledScorer.Compile<double>(model)(parameters, heldOut));
Console.WriteLine($"validation loss {losses.PerToken:F4}");

Expr Rows(Indices tokens, string name) => wte.Gather(tokens).Linear(Parameter.Weight(name, Hidden, Columns));
