using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>What expressions mean, found by a program.</summary>
public static class CompiledEvaluation
{
    /// <summary>
    /// <see cref="Evaluation.Evaluate{T}(ImmutableArray{Expr}, Environment{T})"/> at plain numbers, for packings of at most so many
    /// documents, positions and rows seen before. It is compiled once.
    /// </summary>
    public static Func<Environment<Real>, ImmutableArray<Matrix<Real>>> Compile<T>(ImmutableArray<Expr> expressions, int documents, int positions, int past = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var simplified = Fusion.Fuse(expressions);
        var idle = new WorkspacePool<Func<Environment<Real>, ImmutableArray<Matrix<Real>>>>(() =>
        {
            var (layout, blocks) = (new BatchLayout(documents, positions, past), new Dictionary<Variable, MatrixBuffer<T>>());
            var program = new Program<T>(simplified, layout,
                variable => blocks[variable] = MatrixBuffer<T>.Allocate(layout.Capacity(variable.Shape.Rows), variable.Shape.Columns), _ => null);
            return environment =>
            {
                layout.Load(environment.Inputs);
                foreach (var (variable, block) in blocks)
                    block.Load(variable.Shape.Columns, [.. environment[variable].Entries.Select(x => x.Plain)]);
                program.Run();
                return [.. program.Results.Select((block, k) => block.ToMatrix(layout.Rows(expressions[k].Shape.Rows), expressions[k].Shape.Columns))];
            };
        });
        return environment => idle.Use(run => run(environment));
    }
}
