using System.Numerics;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Shell;

/// <summary>
/// A step of training and a sample that nobody sees, on a second processor, while the first still reads the command line and the data.
/// What is called for the first time the runtime has to translate, and that takes longer than all steps of a default run.
/// </summary>
internal static class JitWarmUp
{
    /// <summary>Begins one, if the command line looks as if it asked for training.</summary>
    public static void For(string[] args)
    {
        if (Environment.ProcessorCount == 1 || args is [not ("train" or ['-', ..]), ..] || args.Any(argument => argument is "--help" or "-h" or "-?" or "--version")) return;
        new Thread(args.Contains("single") ? Perform<float> : Perform<double>) { IsBackground = true }.Start();
    }

    private static void Perform<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 16, vocabSize: 27).OrThrow();
        var course = new TrainingData(TrainingSchedule.Create(steps: 1, learningRate: 0.01).OrThrow(), [[26, 0, 13, 13, 0, 26]]);
        var (gpt, drawn) = (new Gpt(configuration), Parameters.Draw(configuration, PythonRandom.Seed(0)));
        var trained = CompiledTrainer.Compile<T>(gpt, course, threads: 1)(TrainingState.Start(drawn.Value), 1, _ => true).OrThrow();
        _ = Sampling.Document(CompiledDecoder.Compile<T>(gpt, trained.Parameters), SamplingOptions.Of(0.5), [], drawn.Next);
    }
}
