using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>The compiled engine: the loss and its gradient as a program, in single or in double precision.</summary>
public static class CompiledEngine
{
    /// <summary>
    /// The engine of a GPT, for batches of at most so many documents. It is compiled once; calls at the same time each have blocks of
    /// their own, so that nobody can tell that it writes to memory.
    /// </summary>
    public static Engine Of<T>(Gpt gpt, int documents) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var loss = Simplification.Simplify(gpt.Loss)[0];
        var gradient = loss.Backward();
        var lossAndGradient = Simplification.Simplify([loss, .. gpt.Variables.Select(variable => gradient[variable])]);
        var idle = new ConcurrentBag<Workspace<T>>();
        return (parameters, batch) =>
        {
            if (!idle.TryTake(out var workspace)) workspace = new(gpt, lossAndGradient, documents);
            var found = workspace.Run(parameters, batch);
            idle.Add(workspace);
            return found;
        };
    }
}

/// <summary>A program for the loss and the gradient, and its memory.</summary>
internal sealed class Workspace<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layout layout;
    private readonly Arena<T> parameters, gradient;
    private readonly Program<T> program;

    public Workspace(Gpt gpt, ImmutableArray<Expr> lossAndGradient, int documents)
    {
        var configuration = gpt.Configuration;
        (parameters, gradient) = (new(configuration), new(configuration));
        layout = new(documents, documents * configuration.BlockSize);
        program = new(lossAndGradient, layout, variable => parameters[variable], k => k == 0 ? null : gradient[gpt.Variables[k - 1]]);
    }

    public (double Loss, Parameters Gradient) Run(Parameters at, Inputs batch)
    {
        parameters.Load(at);
        layout.Load(batch);
        program.Prepare();
        program.Run();
        return (double.CreateTruncating(program.Results[0].At(0)), gradient.Store(at.Configuration));
    }
}
