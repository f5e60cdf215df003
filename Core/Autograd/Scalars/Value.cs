using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroGpt.Autograd;

/// <summary>
/// An immutable node of a graph of numbers: its primal, the nodes it was made from and its partials with respect to them.
/// A formula becomes the graph of its own evaluation, and <see cref="Backward"/> goes through that in reverse (VJP).
/// </summary>
public readonly struct Value<T> : IEvaluated<Value<T>>, INode<Value<T>>, IVariable<T>, IEquatable<Value<T>> where T : IEvaluated<T>
{
    // The struct is but a reference to its node: generic code over structs is compiled for each by itself, and so runs faster.
    private readonly Node node;

    private Value(Node node) => this.node = node;

    private sealed class Node(T primal)
    {
        public readonly T Primal = primal;
        public readonly Node? X, Y;
        public readonly T Dx = T.Constant(0), Dy = T.Constant(0);
        public readonly bool IsVariable;
        public readonly int Fingerprint;

        public Node(T primal, bool isVariable) : this(primal) =>
            (IsVariable, Fingerprint) = (isVariable, isVariable ? RuntimeHelpers.GetHashCode(this) : 0);

        public Node(T primal, Node x, T dx) : this(primal) => (X, Dx, Fingerprint) = (x, dx, Mix(x.Fingerprint, 0));

        public Node(T primal, Node x, T dx, Node y, T dy) : this(primal) =>
            (X, Dx, Y, Dy, Fingerprint) = (x, dx, y, dy, Mix(x.Fingerprint, y.Fingerprint));

        public bool IsConstant => X is null && !IsVariable;

        // Arithmetic on the parents' is cheaper than a hash code of the runtime's own for each node.
        private static int Mix(int x, int y) => (int)BitOperations.RotateLeft((uint)(x * 0x2545F491 + y), 15) * 0x1B873593;
    }

    /// <summary>A leaf that gradients are taken with respect to.</summary>
    public static Value<T> Variable(T primal) => new(new Node(primal, isVariable: true));

    public static Value<T> Constant(double value) => new(new Node(T.Constant(value), isVariable: false));

    /// <summary>What the node evaluated to.</summary>
    public T Primal => node.Primal;

    public double Plain => node.Primal.Plain;

    public T Zero => T.Constant(0);

    public int ParentCount => node.X is null ? 0 : node.Y is null ? 1 : 2;

    public Value<T> Parent(int k) => new((k == 0 ? node.X : node.Y)!);

    public int Fingerprint => node.Fingerprint;

    public bool Equals(Value<T> other) => ReferenceEquals(node, other.node);

    public override bool Equals(object? other) => other is Value<T> value && Equals(value);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(node);

    // What is made from constants is a constant: a graph holds only what depends on a variable.
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
        return new(x.node.IsConstant ? new Node(z, y.node, dy) : y.node.IsConstant ? new Node(z, x.node, dx) : new Node(z, x.node, dx, y.node, dy));
    }

    /// <summary>
    /// The gradient of this node with respect to each variable below it. In reverse topological order, each node hands its
    /// cotangent, times the local partial, on to its parents: the chain rule, read backward.
    /// </summary>
    public GradientMap<Value<T>, T> Backward()
    {
        var order = PostOrder<Value<T>>.Of(this);
        var cotangents = new T[order.Nodes.Length];
        Array.Fill(cotangents, T.Constant(0));
        cotangents[^1] = T.Constant(1);
        for (var i = cotangents.Length - 1; i >= 0; i--)
        {
            var node = order.Nodes[i].node;
            var parents = order.ParentsOf(i);
            if (parents.Length > 0) cotangents[parents[0]] += node.Dx * cotangents[i];
            if (parents.Length > 1) cotangents[parents[1]] += node.Dy * cotangents[i];
        }
        return new(order.Nodes.Select((node, i) => KeyValuePair.Create(node, cotangents[i])).Where(pair => pair.Key.node.IsVariable));
    }
}
