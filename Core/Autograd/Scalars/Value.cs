namespace MicroGpt.Autograd;

/// <summary>
/// An immutable node of a graph of numbers: its primal, the nodes it was made from and its partials with respect to them.
/// A formula becomes the graph of its own evaluation, and <see cref="Backward"/> goes through that in reverse (VJP).
/// </summary>
public sealed class Value<T> : IEvaluated<Value<T>>, INode<Value<T>>, IVariable<T> where T : IEvaluated<T>
{
    private readonly Value<T>? x, y;
    private readonly T dx = T.Constant(0), dy = T.Constant(0);
    private readonly bool isVariable;

    private Value(T primal, bool isVariable) => (Primal, this.isVariable) = (primal, isVariable);
    private Value(T primal, Value<T> x, T dx) => (Primal, this.x, this.dx, ParentCount) = (primal, x, dx, 1);
    private Value(T primal, Value<T> x, T dx, Value<T> y, T dy) : this(primal, x, dx) => (this.y, this.dy, ParentCount) = (y, dy, 2);

    /// <summary>A leaf that gradients are taken with respect to.</summary>
    public static Value<T> Variable(T primal) => new(primal, isVariable: true);

    public static Value<T> Constant(double value) => new(T.Constant(value), isVariable: false);

    /// <summary>What the node evaluated to.</summary>
    public T Primal { get; }

    public double Plain => Primal.Plain;

    public T Zero => T.Constant(0);

    public int ParentCount { get; }

    public Value<T> Parent(int k) => k == 0 ? x! : y!;

    private T Partial(int k) => k == 0 ? dx : dy;

    private bool IsConstant => ParentCount == 0 && !isVariable;

    // What is made from constants is a constant: a graph holds only what depends on a variable.
    public static Value<T> Apply<TOp>(TOp op, Value<T> x) where TOp : struct, IUnaryOp
    {
        var z = T.Apply(op, x.Primal);
        return x.IsConstant ? new(z, isVariable: false) : new(z, x, op.Partial(x.Primal, z));
    }

    public static Value<T> Apply<TOp>(TOp op, Value<T> x, Value<T> y) where TOp : struct, IBinaryOp
    {
        var z = T.Apply(op, x.Primal, y.Primal);
        if (x.IsConstant && y.IsConstant) return new(z, isVariable: false);
        var (dx, dy) = op.Partials(x.Primal, y.Primal, z);
        return x.IsConstant ? new(z, y, dy) : y.IsConstant ? new(z, x, dx) : new(z, x, dx, y, dy);
    }

    /// <summary>
    /// The gradient of this node with respect to each variable below it. In reverse topological order, each node hands its
    /// cotangent, times the local partial, on to its parents: the chain rule, read backward.
    /// </summary>
    public GradientMap<Value<T>, T> Backward()
    {
        var order = PostOrder<Value<T>>.Of(this);
        var nodes = order.Nodes;
        var cotangents = new T[nodes.Length];
        Array.Fill(cotangents, T.Constant(0));
        cotangents[^1] = T.Constant(1);
        for (var i = nodes.Length - 1; i >= 0; i--)
        {
            for (var k = 0; k < nodes[i].ParentCount; k++)
            {
                ref var parent = ref cotangents[order.IndexOf(nodes[i].Parent(k))];
                parent += nodes[i].Partial(k) * cotangents[i];
            }
        }
        return new(nodes.Zip(cotangents, KeyValuePair.Create).Where(pair => pair.Key.isVariable));
    }
}
