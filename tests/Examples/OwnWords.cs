#:project ../../Core/Core.csproj
// A GPT that learns from your own words: replace these moons by them. This prints:
//
//   step 200: mean loss 2.3604
//   step 400: mean loss 1.9208
//   step 600: mean loss 1.5623
//   tiaron
//   calessia
//   carmetheus
//   panan
//   tita
//   anaron
//   phobe
//   diethea
//   palissa
//   parisstus

using MicroGpt;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

string[] words =
[
    "adrastea", "amalthea", "ananke", "ariel", "atlas", "belinda", "bianca", "callisto", "calypso", "carme", "charon", "cordelia",
    "cressida", "deimos", "desdemona", "despina", "dione", "elara", "enceladus", "epimetheus", "europa", "galatea", "ganymede",
    "helene", "himalia", "hyperion", "iapetus", "io", "janus", "juliet", "larissa", "leda", "lysithea", "metis", "mimas", "miranda",
    "naiad", "nereid", "oberon", "ophelia", "pan", "pandora", "pasiphae", "phobos", "phoebe", "portia", "prometheus", "proteus",
    "puck", "rhea", "rosalind", "sinope", "telesto", "tethys", "thalassa", "thebe", "titan", "titania", "triton", "umbriel",
];

var (corpus, random) = new Corpus([.. words]).Shuffle(PythonRandom.Seed(42));
var tokenizer = Tokenizer.Of(corpus);
var documents = corpus.Documents.Select(word => tokenizer.Document(word).OrThrow()).ToArray();
var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 12, tokenizer.VocabSize).OrThrow();
var gpt = new Gpt(configuration);
(var parameters, random) = Parameters.Draw(configuration.Table, random);
var schedule = TrainingSchedule.Create(steps: 600, learningRate: 0.01).OrThrow();
var train = CompiledTrainer.Compile<double>(gpt.Model, new(schedule, [.. documents]), Optimizers.Default, threads: 1);
var state = TrainingState.Start(parameters, Optimizers.Default);
while (state.Step < schedule.Steps)
{
    var progress = train.Steps(state, 200).OrThrow();
    Console.WriteLine($"step {progress.State.Step,3}: mean loss {progress.Results.Average(result => result.Loss):F4}");
    state = progress.State;
}

var decoder = CompiledDecoder.Compile<double>(gpt, state.Parameters);
for (var i = 0; i < 10; i++)
{
    var invention = Sampling.Document(decoder, SamplingOptions.Of(0.5), prompt: [], random).OrThrow();
    random = invention.Next;
    var word = tokenizer.Decode(invention.Tokens.AsSpan());
    Console.WriteLine(words.Contains(word) ? $"{word} (a real one)" : word);
}
