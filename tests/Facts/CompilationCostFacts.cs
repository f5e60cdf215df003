using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The cost of compiling a training step is proportional to the number of layers.</summary>
[Trait("Speed", "Slow")]
public class CompilationCostFacts
{
    // Each layer adds the same number of nodes. Dictionaries and lists double as they grow, so a layer's share varies by less than a half.
    [Fact]
    public void Ten_times_the_layers_are_compiled_in_ten_times_the_memory()
    {
        Allocated(layers: 2);
        var (some, many) = (Allocated(layers: 30), Allocated(layers: 300));
        Assert.InRange((double)many / some, 5, 15);
    }

    // The bytes that are allocated from the expression of a GPT to the kernels of a step.
    private static long Allocated(int layers)
    {
        var configuration = Configuration.Create(nEmbd: 16, nHead: 4, layers, blockSize: 16, vocabSize: 27).OrThrow();
        var data = new TrainingData(TrainingSchedule.Create(10, 0.01).OrThrow(), [[26, 1, 2, 3, 26]]);
        var state = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotEmpty(CompiledTrainer.CompileKernels<float>(new Gpt(configuration).Model, data, Optimizers.Default, state)(0));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
