using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>Evaluation of any expressions by a program, so that laws and facts can compare kernels with plain loops.</summary>
internal static class CompiledEvaluation
{
    /// <summary>
    /// Compiles <see cref="Evaluation.Evaluate{T}(ImmutableArray{Expr}, Environment{T})"/> at plain numbers, in the precision of T. An
    /// environment may have at most <paramref name="documents"/> documents, <paramref name="positions"/> positions in all, and
    /// <paramref name="past"/> cached positions.
    /// </summary>
    public static Func<Environment<Real>, ImmutableArray<Matrix<Real>>> Compile<T>(
        ImmutableArray<Expr> expressions, int documents, int positions, int past = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var fused = Fusion.Fuse(expressions);
        var pool = new WorkspacePool<Func<Environment<Real>, ImmutableArray<Matrix<Real>>>>(() =>
        {
            var layout = new BatchLayout(documents, positions, past);
            var buffers = PostOrder<Expr>.Of([.. fused]).Nodes.OfType<Variable>().ToImmutableDictionary(
                variable => variable,
                variable => MatrixBuffer<T>.Allocate(layout.Capacity(variable.Shape.Rows), variable.Shape.Columns));
            var program = new Program<T>(fused, layout, variable => buffers[variable], _ => null);
            return environment =>
            {
                layout.Load(environment.Inputs);
                foreach (var (variable, buffer) in buffers)
                    buffer.Load(variable.Shape.Columns, [.. environment[variable].Entries.Select(x => x.Plain)]);
                program.Run();
                return [.. program.Results.Zip(expressions, (buffer, x) => buffer.ToMatrix(layout.Rows(x.Shape.Rows), x.Shape.Columns))];
            };
        });
        return environment => pool.Use(run => run(environment));
    }
}
