#:project ../../Core/Core.csproj
// A GPT that learns from words of your own: put yours in the place of these moons. This prints:
//
//   steps to 100: mean loss 2.5449
//   steps to 200: mean loss 2.1527
//   steps to 300: mean loss 1.9789
//   steps to 400: mean loss 1.7623
//   tiaros
//   calipa
//   delass
//   caneis
//   cales
//   phebe
//   deras
//   phane
//   thian
//   phade

using MicroGpt;
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
var documents = corpus.Documents.Select(word => Sure(tokenizer.Document(word))).ToArray();
var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 12, tokenizer.VocabSize).IfFail(_ => throw new());
var gpt = new Gpt(configuration);
(var parameters, random) = Parameters.Draw(configuration, random);
var schedule = Schedule.Create(steps: 400, learningRate: 0.01).IfFail(_ => throw new());
var losses = new List<double>();
foreach (var made in Trainer.Steps(Engines.Expression(gpt), schedule, TrainingState.Start(parameters), [.. documents]))
{
    var step = Sure(made);
    parameters = step.State.Parameters;
    losses.Add(step.Loss);
    if (losses.Count % 100 == 0) Console.WriteLine($"steps to {losses.Count}: mean loss {losses.TakeLast(100).Average():F4}");
}

var decoder = new Decoder(gpt, parameters);
for (var i = 0; i < 10; i++)
{
    (var tokens, random) = Sure(Sampling.Document(decoder, 0.5, random));
    Console.WriteLine(tokenizer.Decode(tokens.AsSpan()));
}

// What may go wrong is a value; here nothing may.
static A Sure<A>(LanguageExt.Either<Problem, A> outcome) => outcome.IfLeft(problem => throw new InvalidOperationException(problem.Sentence));
