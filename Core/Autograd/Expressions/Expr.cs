using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MicroGpt.Autograd;

// An expression is an immutable graph of operations on matrices; building it computes nothing. Each node is a variable, a constant,
// or an operation applied to expressions. Match distinguishes the three.

/// <summary>An expression over matrices. Building it checks the shapes. Expressions are compared by reference.</summary>
public abstract partial class Expr : INode<Expr>
{
    private protected Expr(Shape shape, ImmutableArray<Expr> arguments) => (Shape, Arguments) = (shape, arguments);

    /// <summary>The shape of the value.</summary>
    public Shape Shape { get; }

    /// <summary>The arguments of the operation; none for a leaf.</summary>
    public ImmutableArray<Expr> Arguments { get; }

    public int ParentCount => Arguments.Length;

    public bool Equals(Expr? other) => ReferenceEquals(this, other);

    public sealed override bool Equals(object? other) => ReferenceEquals(this, other);

    public sealed override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public Expr Parent(int k) => Arguments[k];

    /// <summary>Calls the one function that is for this kind of expression, and returns what the function returns.</summary>
    public abstract R Match<R>(Func<Variable, R> variable, Func<Constant, R> constant, Func<Application, R> application);
}

/// <summary>A leaf that gradients are taken with respect to. Two variables with the same name are different.</summary>
public class Variable(string name, Shape shape) : Expr(shape, []), IVariable<Expr>
{
    /// <summary>The name, as a writer prints it.</summary>
    public string Name { get; } = name;

    public Expr Zero => new Constant(0, Shape);

    public sealed override R Match<R>(Func<Variable, R> variable, Func<Constant, R> constant, Func<Application, R> application) =>
        variable(this);
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
    /// <summary>Applies the operation; throws <see cref="ShapeException"/> if the shapes of the arguments do not fit.</summary>
    public Application(Operation operation, params ImmutableArray<Expr> arguments)
        : base(Infer(operation, [.. arguments.Select(x => x.Shape)]), arguments) => Operation = operation;

    private static Shape Infer(Operation operation, ImmutableArray<Shape> shapes) =>
        operation.Infer(shapes) ?? throw ShapeException.Of(operation.Name, shapes);

    /// <summary>The operation that is applied to the arguments.</summary>
    public Operation Operation { get; }

    public override R Match<R>(Func<Variable, R> variable, Func<Constant, R> constant, Func<Application, R> application) =>
        application(this);
}

/// <summary>An operation on matrices. It defines the shape and value of its result, and its derivatives: VJP and JVP.</summary>
public abstract record Operation
{
    /// <summary>The name, as a writer prints it.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of the result; null if the arguments' shapes do not fit.</summary>
    public abstract Shape? Infer(ImmutableArray<Shape> arguments);

    /// <summary>The value of the result, computed in plain loops. This function defines the operation.</summary>
    public abstract Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) where T : IEvaluated<T>;

    /// <summary>The contribution of this result to the cotangent of argument k, given the cotangent of the result (VJP).</summary>
    public abstract Expr Pullback(Application result, int k, Expr cotangent);

    /// <summary>The contribution of argument k to the tangent of the result, given the tangent of the argument (JVP).</summary>
    public abstract Expr Pushforward(Application result, int k, Expr tangent);

    public sealed override string ToString() => Name;
}

/// <summary>An operation that is linear in each argument. A JVP applies the operation to the tangent; a VJP is the adjoint.</summary>
public abstract record Multilinear : Operation
{
    public sealed override Expr Pushforward(Application result, int k, Expr tangent) =>
        new Application(this, result.Arguments.SetItem(k, tangent));
}
