using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Shell;

/// <summary>
/// A warm-up of the JIT compiler: one training step and one sample, on a second thread, while the first reads the command line and the
/// data. The runtime compiles each method at its first call, and that takes longer than all steps of a default run.
/// </summary>
internal static class JitWarmUp
{
    /// <summary>Starts the warm-up if the machine has a second core and the command line seems to be one of training.</summary>
    public static void StartFor(string[] args)
    {
        if (Environment.ProcessorCount == 1 || !IsTraining(args)) return;
        var precision = args.Contains("single") ? Precision.Single : Precision.Double;
        new Thread(() => Backends.Find(EngineKind.Compiled, precision).IfSome(Run)) { IsBackground = true }.Start();
    }

    private static bool IsTraining(string[] args) =>
        args is [] or ["train" or ['-', ..], ..]
        && !args.Any(argument => argument is "--help" or "-h" or "-?" or "--version" or "--print-config" or "--print-schema");

    private static void Run(Backend backend)
    {
        var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 16, vocabSize: 27).OrThrow();
        var data = new TrainingData(TrainingSchedule.Create(steps: 1, learningRate: 0.01).OrThrow(), [[26, 0, 13, 13, 0, 26]]);
        var (gpt, drawn) = (new Gpt(configuration), Parameters.Draw(configuration.Table, PythonRandom.Seed(0)));
        var start = TrainingState.Start(drawn.Value, Optimizers.Default);
        var trained = backend.CreateTrainer(gpt.Model, data, Optimizers.Default, threads: 1)(start, 1, _ => true).OrThrow();
        _ = Sampling.Document(backend.CreateDecoder(gpt, trained.Parameters), SamplingOptions.Of(0.5), [], drawn.Next);
    }
}
