using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A number and its count of paths from one leaf: the derivative with 1 in place of every partial.</summary>
public readonly record struct PathCount(double Plain, BigInteger Paths) : IEvaluated<PathCount>
{
    public static PathCount Constant(double value) => new(value, 0);

    public static PathCount Apply<TOp>(TOp op, PathCount x) where TOp : struct, IUnaryOp => new(op.Forward(x.Plain), x.Paths);

    public static PathCount Apply<TOp>(TOp op, PathCount x, PathCount y) where TOp : struct, IBinaryOp =>
        new(op.Forward(x.Plain, y.Plain), x.Paths + y.Paths);
}
