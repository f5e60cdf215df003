using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A function of the scalar table, or derived from it, as a value that can be listed, drawn and printed.</summary>
public abstract class Function(string name, int arity)
{
    /// <summary>The number of arguments.</summary>
    public int Arity { get; } = arity;

    /// <summary>The function at any kind of number.</summary>
    public abstract T Apply<T>(ImmutableArray<T> x) where T : IReal<T>;

    public sealed override string ToString() => name;
}

/// <summary>An operation of the table on one number.</summary>
public sealed class Unary<TOp>(TOp op) : Function(op.Name, 1) where TOp : struct, IUnaryOp
{
    public override T Apply<T>(ImmutableArray<T> x) => T.Apply(op, x[0]);
}

/// <summary>An operation of the table on two numbers.</summary>
public sealed class Binary<TOp>(TOp op) : Function(op.Name, 2) where TOp : struct, IBinaryOp
{
    public override T Apply<T>(ImmutableArray<T> x) => T.Apply(op, x[0], x[1]);
}

/// <summary>-x.</summary>
public sealed class Negative() : Function("negative", 1)
{
    public override T Apply<T>(ImmutableArray<T> x) => -x[0];
}

/// <summary>x - y.</summary>
public sealed class Difference() : Function("difference", 2)
{
    public override T Apply<T>(ImmutableArray<T> x) => x[0] - x[1];
}

/// <summary>x / y, which is x·y⁻¹.</summary>
public sealed class Division() : Function("division", 2)
{
    public override T Apply<T>(ImmutableArray<T> x) => x[0] / x[1];
}

/// <summary>x + c.</summary>
public sealed class Plus(double c) : Function(FormattableString.Invariant($"plus({c})"), 1)
{
    public override T Apply<T>(ImmutableArray<T> x) => x[0] + c;
}

/// <summary>x - c.</summary>
public sealed class Minus(double c) : Function(FormattableString.Invariant($"minus({c})"), 1)
{
    public override T Apply<T>(ImmutableArray<T> x) => x[0] - c;
}

/// <summary>x · c.</summary>
public sealed class Scaled(double c) : Function(FormattableString.Invariant($"times({c})"), 1)
{
    public override T Apply<T>(ImmutableArray<T> x) => x[0] * c;
}

/// <summary>x / c.</summary>
public sealed class Over(double c) : Function(FormattableString.Invariant($"over({c})"), 1)
{
    public override T Apply<T>(ImmutableArray<T> x) => x[0] / c;
}

/// <summary>All functions, and their generator.</summary>
public static class Functions
{
    /// <summary>The functions of the scalar table; powers with negative, fractional, zero and positive exponents.</summary>
    public static ImmutableArray<Function> Table { get; } =
    [
        new Binary<Add>(default), new Binary<Mul>(default), new Binary<Quotient>(default), new Unary<Log>(default), new Unary<Exp>(default),
        new Unary<Relu>(default), new Unary<Step>(default), new Unary<Reciprocal>(default), new Unary<Sigmoid>(default),
        new Unary<Tanh>(default), new Unary<Softplus>(default), new Unary<IsZero>(default), new Binary<Power>(default),
        .. from k in (double[])[-2, -1, -0.5, 0, 0.5, 1, 2, 3] select new Unary<Pow>(new(k)),
    ];

    /// <summary>The functions derived from the table by operators.</summary>
    public static ImmutableArray<Function> Derived { get; } =
        [new Negative(), new Difference(), new Division(), new Plus(0.7), new Minus(1.3), new Scaled(-1.7), new Over(3)];

    /// <summary>All functions.</summary>
    public static ImmutableArray<Function> All { get; } = [.. Table, .. Derived];

    /// <summary>Any function. The powers together are drawn as often as each other function.</summary>
    public static Gen<Function> Any { get; } = Gen.OneOf(
        All.GroupBy(function => function.GetType()).Select(family => Gen.Elements(family.AsEnumerable())));
}
