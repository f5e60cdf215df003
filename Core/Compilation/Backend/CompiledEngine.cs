using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled engine: the loss and its gradient as a program, in single or in double precision.</summary>
public static class CompiledEngine
{
    /// <summary>The engine of a GPT, for batches of at most so many documents. It is compiled once.</summary>
    public static Engine Compile<T>(Gpt gpt, int documents) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = LossAndGradient(gpt);
        var idle = new WorkspacePool<Engine>(() =>
        {
            var (parameters, gradient) = (new ParameterBuffers<T>(gpt.Configuration), new ParameterBuffers<T>(gpt.Configuration));
            var layout = new BatchLayout(documents, documents * gpt.Configuration.BlockSize);
            var program = Program(gpt, lossAndGradient, layout, parameters, gradient, []);
            return (at, batch) =>
            {
                parameters.Load(at);
                layout.Load(batch);
                program.Run();
                return (double.CreateTruncating(program.Results[0].At(0)), gradient.Store(at.Configuration));
            };
        });
        return (parameters, batch) => idle.Use(workspace => workspace(parameters, batch));
    }

    /// <summary>The loss of a GPT and its gradient with respect to each parameter, simplified.</summary>
    public static ImmutableArray<Expr> LossAndGradient(Gpt gpt)
    {
        var loss = Fusion.Fuse(gpt.Loss)[0];
        var gradient = loss.Backward();
        return Fusion.Fuse([loss, .. gpt.Variables.Select(variable => gradient[variable])]);
    }

    /// <summary>
    /// The program for them that finds the parameters in one arena and leaves the gradient in another, or uses it up where each
    /// parameter has its update.
    /// </summary>
    internal static Program<T> Program<T>(
        Gpt gpt, ImmutableArray<Expr> lossAndGradient, BatchLayout layout, ParameterBuffers<T> parameters, ParameterBuffers<T> gradient, ImmutableArray<AdamEpilogue<T>> updates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            lossAndGradient, layout, variable => parameters.Buffers[gpt.Variables.IndexOf(variable)],
            k => k == 0 ? null : gradient.Buffers[k - 1], k => k == 0 ? null : updates.ElementAtOrDefault(k - 1));
}
