using BenchmarkDotNet.Attributes;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Benchmarks;

/// <summary>The time to compile an engine from the expression of a GPT, and to run it once.</summary>
public class CompilationBenchmarks
{
    [Params(1, 10, 100, 1000)]
    public int NLayer { get; set; }

    [Benchmark]
    public double Compile()
    {
        var configuration = Configuration.Create(16, 4, NLayer, 16, 27).OrThrow();
        var (gpt, parameters) = (new Gpt(configuration), Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value);
        return CompiledEngine.Compile<double>(gpt.Model, documents: 1)(parameters, Batch.Of(gpt.Model, [26, 1, 26])).Loss;
    }
}
