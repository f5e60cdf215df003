#:project ../../../Core/Core.csproj
// Step 6, the GPT with Adam. One head looks for one thing at a time, and one rate cannot suit every parameter. Four heads look for four
// things, and Adam gives each parameter a rate of its own. Here there is a cache as well, and the model speaks. This prints:
//
//   validation loss 2.1538
//   salianna
//   delyn
//   laila
//   analia
//   arishan

using MicroGpt;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

const int Steps = 2000, BatchSize = 32;
const double Rate = 0.01;
var (tokenizer, learned, heldOut) = Names.Load();
var gpt = new Gpt(Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 16, tokenizer.VocabSize).OrThrow());
var (adam, data) = (new Adam(), new TrainingData(TrainingSchedule.Create(Steps, Rate, BatchSize).OrThrow(), learned));
var (drawn, random) = Parameters.Draw(gpt.Model.Table, PythonRandom.Seed(42));
var train = CompiledTrainer.Compile<double>(gpt.Model, data, adam, threads: 1);
var parameters = train.Steps(TrainingState.Start(drawn, adam), Steps).OrThrow().State.Parameters;
var losses = MeanLosses.Average(CompiledScorer.Compile<double>(gpt.Model)(parameters, heldOut));
Console.WriteLine($"validation loss {losses.PerToken:F4}");

var decoder = CompiledDecoder.Compile<double>(gpt, parameters);
for (var i = 0; i < 5; i++)
{
    var invention = Sampling.Document(decoder, SamplingOptions.Of(temperature: 0.5), prompt: [], random).OrThrow();
    Console.WriteLine(tokenizer.Decode(invention.Tokens.AsSpan()));
    random = invention.Next;
}
