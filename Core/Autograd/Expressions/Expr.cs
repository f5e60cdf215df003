using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MicroGpt.Autograd;

// Nothing computed yet: an expression is an immutable tree over matrices, or rather a graph, since parts may be shared. It is a
// variable, a constant, or an operation applied to expressions; Match tells which.

/// <summary>An expression over matrices. Its shape is checked as it is built; its identity is its reference.</summary>
public abstract partial class Expr : INode<Expr>
{
    private protected Expr(Shape shape, ImmutableArray<Expr> arguments) => (Shape, Arguments) = (shape, arguments);

    /// <summary>The shape of the matrix it stands for.</summary>
    public Shape Shape { get; }

    /// <summary>The arguments of the operation; none for a leaf.</summary>
    public ImmutableArray<Expr> Arguments { get; }

    public int ParentCount => Arguments.Length;

    public bool Equals(Expr? other) => ReferenceEquals(this, other);

    public sealed override bool Equals(object? other) => ReferenceEquals(this, other);

    public sealed override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public Expr Parent(int k) => Arguments[k];

    /// <summary>The result of the function for this kind of expression.</summary>
    public abstract R Match<R>(Func<Variable, R> variable, Func<Constant, R> constant, Func<Application, R> application);
}

/// <summary>A leaf that gradients are taken with respect to. Two variables of one name are still two.</summary>
public sealed class Variable(string name, Shape shape) : Expr(shape, []), IVariable<Expr>
{
    /// <summary>The name it is printed by.</summary>
    public string Name { get; } = name;

    public Expr Zero => new Constant(0, Shape);

    public override R Match<R>(Func<Variable, R> variable, Func<Constant, R> constant, Func<Application, R> application) => variable(this);
}

/// <summary>A matrix whose entries are all the same number.</summary>
public sealed class Constant(double value, Shape shape) : Expr(shape, [])
{
    /// <summary>The value of every entry.</summary>
    public double Value { get; } = value;

    public override R Match<R>(Func<Variable, R> variable, Func<Constant, R> constant, Func<Application, R> application) => constant(this);
}

/// <summary>An operation applied to its arguments.</summary>
public sealed class Application : Expr
{
    /// <summary>Applies the operation; throws <see cref="ShapeException"/> if it does not fit the arguments.</summary>
    public Application(Operation operation, params ImmutableArray<Expr> arguments)
        : base(Infer(operation, [.. arguments.Select(x => x.Shape)]), arguments) => Operation = operation;

    private static Shape Infer(Operation operation, ImmutableArray<Shape> shapes) =>
        operation.Infer(shapes) ?? throw new ShapeException(operation.Name, shapes);

    /// <summary>The operation.</summary>
    public Operation Operation { get; }

    public override R Match<R>(Func<Variable, R> variable, Func<Constant, R> constant, Func<Application, R> application) =>
        application(this);
}

/// <summary>An operation on matrices: its shape, its value, and beside them its derivative in both directions.</summary>
public abstract record Operation
{
    /// <summary>The name, as a writer prints it.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of the result, if the arguments' shapes fit.</summary>
    public abstract Shape? Infer(ImmutableArray<Shape> arguments);

    /// <summary>The value, in plain loops: what the operation means.</summary>
    public abstract Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) where T : IEvaluated<T>;

    /// <summary>The cotangent of argument k, given the result's (VJP).</summary>
    public abstract Expr Pullback(Application result, int k, Expr cotangent);

    /// <summary>What a tangent of argument k adds to the result's (JVP).</summary>
    public abstract Expr Pushforward(Application result, int k, Expr tangent);

    public sealed override string ToString() => Name;
}

/// <summary>An operation that is linear in each argument by itself, so that its derivative is itself, and its adjoints.</summary>
public abstract record Multilinear : Operation
{
    public sealed override Expr Pushforward(Application result, int k, Expr tangent) =>
        new Application(this, result.Arguments.SetItem(k, tangent));
}
