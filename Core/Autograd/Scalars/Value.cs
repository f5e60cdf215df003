using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroGpt.Autograd;

/// <summary>
/// An immutable node of a graph of numbers. It stores its primal, its parents, and its partials with respect to the parents.
/// Operations on nodes make new nodes, so computing a formula builds its graph. <see cref="Backward"/> walks the graph in reverse (VJP).
/// </summary>
public readonly partial struct Value<T> : IEvaluated<Value<T>>, IFingerprinted<Value<T>>, IVariable<T>, IEquatable<Value<T>>
    where T : IEvaluated<T>
{
    // The struct contains only this reference. It is a struct because the JIT compiles faster generic code for each struct type.
    private readonly Node node;

    private Value(Node node) => this.node = node;

    private sealed class Node
    {
        public readonly T Primal;
        public readonly Node? X, Y, Z;
        public readonly T? Dx, Dy, Dz;

        // The fingerprints of the parents. A leaf has no parents, and stores its own fingerprint in FingerprintX: 0 if it is a
        // constant, another number if it is a variable.
        public readonly int FingerprintX, FingerprintY, FingerprintZ;

        public Node(T primal, bool isVariable) =>
            (Primal, FingerprintX) = (primal, isVariable ? RuntimeHelpers.GetHashCode(this) | int.MinValue : 0);

        public Node(T primal, Node x, T dx) => (Primal, X, Dx, FingerprintX) = (primal, x, dx, x.Fingerprint);

        public Node(T primal, Node x, T dx, Node y, T dy) =>
            (Primal, X, Dx, Y, Dy, FingerprintX, FingerprintY) = (primal, x, dx, y, dy, x.Fingerprint, y.Fingerprint);

        public Node(T primal, Node x, T dx, Node y, T dy, Node z, T dz) : this(primal, x, dx, y, dy) =>
            (Z, Dz, FingerprintZ) = (z, dz, z.Fingerprint);

        public bool IsVariable => X is null && FingerprintX != 0;

        public bool IsConstant => X is null && FingerprintX == 0;

        // A leaf's own fingerprint, or a hash of the parents' fingerprints. This is cheaper than RuntimeHelpers.GetHashCode.
        public int Fingerprint => X is null
            ? FingerprintX
            : (int)BitOperations.RotateLeft((uint)(FingerprintX * 0x2545F491 + FingerprintY + FingerprintZ * 0x7FEB352D), 15) * 0x1B873593;
    }

    /// <summary>A leaf that gradients are taken with respect to.</summary>
    public static Value<T> Variable(T primal) => new(new Node(primal, isVariable: true));

    public static Value<T> Constant(double value) => new(new Node(T.Constant(value), isVariable: false));

    /// <summary>The value of the node.</summary>
    public T Primal => node.Primal;

    public double Plain => node.Primal.Plain;

    public T Zero => T.Constant(0);

    public int ParentCount => node.X is null ? 0 : node.Y is null ? 1 : node.Z is null ? 2 : 3;

    public Value<T> Parent(int k) => new((k == 0 ? node.X : k == 1 ? node.Y : node.Z)!);

    int IFingerprinted<Value<T>>.Fingerprint => node.Fingerprint;

    int IFingerprinted<Value<T>>.ParentFingerprint(int k) => k == 0 ? node.FingerprintX : k == 1 ? node.FingerprintY : node.FingerprintZ;

    public bool Equals(Value<T> other) => ReferenceEquals(node, other.node);

    public override bool Equals(object? other) => other is Value<T> value && Equals(value);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(node);

    public override string ToString() =>
        $"{Primal} ({(node.IsVariable ? "variable" : node.IsConstant ? "constant" : ParentCount == 1 ? "1 parent"
            : $"{ParentCount} parents")})";

    // An operation on constants makes a constant, so the graph holds only nodes that depend on a variable.
    public static Value<T> Apply<TOp>(TOp op, Value<T> x) where TOp : struct, IUnaryOp
    {
        var z = T.Apply(op, x.Primal);
        return new(x.node.IsConstant ? new Node(z, isVariable: false) : new Node(z, x.node, op.Partial(x.Primal, z)));
    }

    public static Value<T> Apply<TOp>(TOp op, Value<T> x, Value<T> y) where TOp : struct, IBinaryOp
    {
        var z = T.Apply(op, x.Primal, y.Primal);
        if (x.node.IsConstant && y.node.IsConstant) return new(new Node(z, isVariable: false));
        var (dx, dy) = op.Partials(x.Primal, y.Primal, z);
        return new(
            x.node.IsConstant ? new Node(z, y.node, dy)
            : y.node.IsConstant ? new Node(z, x.node, dx)
            : new Node(z, x.node, dx, y.node, dy));
    }

    // The node of sum + x·y has the partials 1, y and x. One node instead of two halves the graph of a GPT. The cotangents are the
    // same as with two nodes, bit for bit, and are added in the same order.
    public static Value<T> Accumulate(Value<T> sum, Value<T> x, Value<T> y)
    {
        if (x.node.IsConstant || y.node.IsConstant) return Apply(new Add(), sum, Apply(new Mul(), x, y));
        var z = T.Accumulate(sum.Primal, x.Primal, y.Primal);
        var (dx, dy) = new Mul().Partials(x.Primal, y.Primal, z);
        return new(sum.node.IsConstant
            ? new Node(z, x.node, dx, y.node, dy)
            : new Node(z, sum.node, T.Constant(1), x.node, dx, y.node, dy));
    }

    /// <summary>
    /// The gradient of this node with respect to each variable below it. This is the chain rule, applied backward. Each node,
    /// in reverse topological order, multiplies its cotangent by each partial, and adds the product to the cotangent of that parent.
    /// </summary>
    /// <exception cref="OperationCanceledException">The pass is cancelled.</exception>
    public GradientMap<Value<T>, T> Backward(CancellationToken cancellation = default)
    {
        var order = FingerprintOrder<Value<T>>.Of(this, cancellation);
        var cotangents = new T[order.Nodes.Length];
        Array.Fill(cotangents, T.Constant(0));
        cotangents[^1] = T.Constant(1);
        var gradients = new List<KeyValuePair<Value<T>, T>>();
        for (var i = cotangents.Length - 1; i >= 0; i--)
        {
            cancellation.ThrowIfCancellationRequested();
            var node = order.Nodes[i].node;
            var parents = order.ParentsOf(i);
            if (parents.Length > 0) cotangents[parents[0]] += node.Dx! * cotangents[i];
            if (parents.Length > 1) cotangents[parents[1]] += node.Dy! * cotangents[i];
            if (parents.Length > 2) cotangents[parents[2]] += node.Dz! * cotangents[i];
            if (node.IsVariable) gradients.Add(new(order.Nodes[i], cotangents[i]));
        }
        gradients.Reverse(); // Now the variables are in the order of their first use in the formula.
        return new(gradients);
    }
}
