using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>The compiled evaluation: the values of any expressions at plain numbers, computed by kernels.</summary>
public static class CompiledEvaluation
{
    /// <summary>
    /// Compiles expressions once, for batches of at most <paramref name="documents"/> documents and <paramref name="positions"/> positions.
    /// Concurrent calls are safe.
    /// </summary>
    public static Func<Environment<Real>, ImmutableArray<Matrix<Real>>> Compile<T>(
        ImmutableArray<Expr> expressions, int documents = 1, int positions = 1, Observer observer = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var fused = Fusion.Fuse(expressions, observer);
        var pool = new WorkspacePool<Func<Environment<Real>, ImmutableArray<Matrix<Real>>>>(() =>
        {
            var layout = new BatchLayout(documents, positions);
            var buffers = PostOrder<Expr>.Of(fused.AsSpan()).Nodes.OfType<Variable>().ToDictionary(
                variable => variable, variable => MatrixBuffer<T>.Allocate(layout.Capacity(variable.Shape.Rows), variable.Shape.Columns));
            var program = Program<T>.Compile([.. fused.Select(x => new Output(x))], layout, variable => buffers[variable]);
            return environment =>
            {
                layout.Load(environment.Inputs);
                foreach (var (variable, buffer) in buffers)
                    buffer.Load(variable.Shape.Columns, [.. environment[variable].Entries.Select(x => x.Plain)]);
                program.Run();
                return [.. program.Results.Zip(expressions, (result, x) => result.ToMatrix(layout.Rows(x.Shape.Rows), x.Shape.Columns))];
            };
        });
        return environment => pool.Use(evaluate => evaluate(environment));
    }
}
