namespace MicroGpt.Autograd;

/// <summary>
/// A number, and a hash of the smooth pieces of the operations that computed it. If a function's hashes at two points differ, a kink
/// lies between the points.
/// </summary>
public readonly record struct BranchTrace(double Plain, ulong Branches) : IEvaluated<BranchTrace>
{
    public static BranchTrace Constant(double value) => new(value, 0);

    public static BranchTrace Apply<TOp>(TOp op, BranchTrace x) where TOp : struct, IUnaryOp =>
        new(op.Forward(x.Plain), Passed(x.Branches, op.Branch(x.Plain)));

    public static BranchTrace Apply<TOp>(TOp op, BranchTrace x, BranchTrace y) where TOp : struct, IBinaryOp
    {
        var branches = (x.Branches | y.Branches) == 0 ? 0 : Mixed(x.Branches, y.Branches);
        return new(op.Forward(x.Plain, y.Plain), Passed(branches, op.Branch(x.Plain, y.Plain)));
    }

    private static ulong Passed(ulong branches, int branch) => branch == 0 ? branches : Mixed(branches, (ulong)branch);

    private static ulong Mixed(ulong x, ulong y) => (x * 0x9E3779B97F4A7C15 ^ y) * 0xD6E8FEB86659FD93 + 1;
}
