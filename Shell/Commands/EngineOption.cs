using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Shell.Arguments;
using MicroGpt.Training;

namespace MicroGpt.Shell.Commands;

/// <summary>How gradients are computed, where a command computes any.</summary>
internal static class EngineOption
{
    public static readonly Setting<Func<Gpt, Engine>> Setting = Arguments.Setting.Choice<Func<Gpt, Engine>>(
        "--engine", [("compiled", gpt => CompiledEngine.Of<double>(gpt, documents: 1)), ("scalar", gpt => Tidy(Engines.Scalar(gpt)))],
        "How gradients are computed. compiled: by kernels on whole matrices; scalar: one number at a time, as the original does.");

    // When a step is over, nothing of its graph is alive: there is no cheaper moment to collect, and the next graph finds warm memory.
    private static Engine Tidy(Engine engine) => (parameters, batch) =>
    {
        var step = engine(parameters, batch);
        GC.Collect(generation: 0);
        return step;
    };
}
