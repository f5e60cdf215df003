using System.Diagnostics;
using MicroGpt;
using MicroGpt.Compilation;
using MicroGpt.Examples;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;
using static System.FormattableString;

// Trains the original's GPT and the models of this folder on a file with one name on each line, in single precision. Prints the loss of
// each model per token on a tenth of the names, which is held out, and the time of a training step. The last column is the time for a
// floating-point operation, relative to that of the GPT. A bigram has no matrix product, and operations of other kinds are not counted.

const int Steps = 5_000, Piece = 50, BatchSize = 16;

if (args is not [var path] || !File.Exists(path))
{
    Console.Error.WriteLine("A file with one name on each line is needed, such as the input.txt that a first run of train leaves.");
    return 1;
}

var names = Corpus.Parse(File.ReadAllBytes(path), path, Split.Lines).OrThrow().Shuffle(PythonRandom.Seed(42)).Value;
var tokenizer = Tokenizer.Of(names);
var documents = names.Documents.Select(name => tokenizer.Document(name).OrThrow()).ToArray();
var learned = documents.Length - documents.Length / 10;
var data = new TrainingData(TrainingSchedule.Create(Steps, learningRate: 0.005, BatchSize).OrThrow(), [.. documents[..learned]]);
var sizes = Configuration.Create(nEmbd: 64, nHead: 4, nLayer: 1, blockSize: 16, tokenizer.VocabSize).OrThrow();
var backend = Backends.All.Single(backend => (backend.Engine, backend.Precision) == (EngineKind.Compiled, Precision.Single));

Console.WriteLine("model   parameters  held-out loss  Mflop/step  us/step  time per operation");
var ofGpt = double.NaN;
foreach (var (name, model) in ExampleModels.Of(sizes))
{
    var (state, time) = Train(model);
    var likelihoods = backend.CreateScorer(model)(state.Parameters, [.. documents[learned..]]);
    var (loss, operations) = (MeanLosses.Average(likelihoods), Count(model, state));
    if (name == "GPT") ofGpt = time / operations;
    var relative = operations == 0 ? "-" : Invariant($"{time / operations / ofGpt:F2}");
    Console.WriteLine(Invariant($"{name,-7} {model.Table.ParameterCount,10} {loss.PerToken,14:F3} {operations / 1e6,11:F2} ")
        + Invariant($"{time,8:F0} {relative,19}"));
}
return 0;

// The state after training, and the microseconds of a step in the fastest piece.
(TrainingState State, double Time) Train(LanguageModel model)
{
    var train = backend.CreateTrainer(model, data, Optimizers.Default, threads: 1);
    var (began, step, best) = (Stopwatch.GetTimestamp(), 0, TimeSpan.MaxValue);
    var start = TrainingState.Start(Parameters.Draw(model.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
    return (train(start, Steps, OnStep).OrThrow(), best.TotalMicroseconds / Piece);

    bool OnStep(StepResult result)
    {
        if (++step % Piece != 0) return true;
        if (Stopwatch.GetElapsedTime(began) is var piece && piece < best) best = piece;
        began = Stopwatch.GetTimestamp();
        return true;
    }
}

// The floating-point operations of the first step.
double Count(LanguageModel model, TrainingState state)
{
    var kernels = backend.CreateKernels(model, data, Optimizers.Default, state)(0);
    foreach (var kernel in kernels) kernel.Run();
    return kernels.Sum(kernel => kernel.CountFlops());
}
