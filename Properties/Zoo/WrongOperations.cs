using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Mutants of operations: the value is right, and the derivative beside it is not.</summary>
public static class WrongOperations
{
    private readonly struct Swapped : IBinaryOp
    {
        public string Name => "mul";
        public double Forward(double x, double y) => x * y;
        public Complex Forward(Complex x, Complex y) => x * y;
        public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (x, y);
    }

    private readonly struct PowerNotLowered(Pow right) : IUnaryOp
    {
        public string Name => right.Name;
        public double Forward(double x) => right.Forward(x);
        public Complex Forward(Complex x) => right.Forward(x);
        public T Partial<T>(T x, T y) where T : IReal<T> => right.Partial(x, y) * x;
    }

    private readonly struct PowerRule : IUnaryOp
    {
        public string Name => "exp";
        public double Forward(double x) => Math.Exp(x);
        public Complex Forward(Complex x) => Complex.Exp(x);
        public T Partial<T>(T x, T y) where T : IReal<T> => x * (x - 1).Exp();
    }

    private readonly struct NeverOff : IUnaryOp
    {
        public string Name => "relu";
        public double Forward(double x) => default(Relu).Forward(x);
        public Complex Forward(Complex x) => default(Relu).Forward(x);
        public T Partial<T>(T x, T y) where T : IReal<T> => T.Constant(1);
    }

    private readonly struct Unbounded : IUnaryOp
    {
        public string Name => "sigmoid";
        public double Forward(double x) => default(Sigmoid).Forward(x);
        public Complex Forward(Complex x) => default(Sigmoid).Forward(x);
        public T Partial<T>(T x, T y) where T : IReal<T> => y;
    }

    private readonly struct ExponentialRule : IBinaryOp
    {
        public string Name => "power";
        public double Forward(double x, double y) => default(Power).Forward(x, y);
        public Complex Forward(Complex x, Complex y) => default(Power).Forward(x, y);
        public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (default(Power).Partials(x, y, z).X, z);
    }

    private readonly struct NoEpsilon(Pow right) : IUnaryOp
    {
        public string Name => right.Name;
        public double Forward(double x) => right.Forward(x);
        public Complex Forward(Complex x) => right.Forward(x);
        public T Partial<T>(T x, T y) where T : IReal<T> => right.Partial(x - 1e-5, y);
    }

    // The power in rmsnorm, and nowhere else.
    private static readonly Pointwise<Pow> RootMeanSquare = new(new(-0.5));

    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The swapped partials",
            "The partials of a product are swapped: the partial of each factor is the factor itself, not the other one.",
            "difference %0 %0\n  ∂f/∂x0 is 2 and should be 0",
            Kill.ThroughFormulas(Mutation.Backward(op => op is Pairwise<Mul> ? new Pairwise<Swapped>(default) : op))),
        new("The power that is not lowered",
            "The derivative of xᵏ is taken for k·xᵏ: the exponent is off by one. At x = 1 all powers are equal, and it does not show.",
            "division %0 %0\n  ∂f/∂x0 is -0.5 and should be 0",
            Kill.ThroughFormulas(Mutation.Backward(op => op is Pointwise<Pow> pow ? new Pointwise<PowerNotLowered>(new(pow.Op)) : op))),
        new("The power rule of exp",
            "The derivative of eˣ is taken for x·eˣ⁻¹, as if x were the base and not the exponent.",
            "exp %0\n  ∂f/∂x0 is 1 and should be 2.718",
            Kill.ThroughFormulas(Mutation.Backward(op => op is Pointwise<Exp> ? new Pointwise<PowerRule>(default) : op))),
        new("The relu that is never off",
            "The derivative of relu is 1 at negative numbers too, so that numbers cut off on the way up get a gradient on the way down.",
            "relu %1\n  ∂f/∂x0 is -1.7 and should be 0",
            Kill.ThroughFormulas(Mutation.Backward(op => op is Pointwise<Relu> ? new Pointwise<NeverOff>(default) : op))),
        new("The sigmoid without a ceiling",
            "The derivative of the sigmoid is taken for σ(x), not for σ(x)·(1 - σ(x)), as if it grew like the exponential.",
            "sigmoid %0\n  ∂f/∂x0 is 0.731",
            Kill.ThroughFormulas(Mutation.Backward(op => op is Pointwise<Sigmoid> ? new Pointwise<Unbounded>(default) : op))),
        new("The power of e",
            "The derivative of xʸ by the exponent is taken for xʸ, without the logarithm of the base. At x = e, it does not show.",
            "power %0 %0\n  ∂f/∂x0 is 2 and should be 1",
            Kill.ThroughFormulas(Mutation.Backward(op => op is Pairwise<Power> ? new Pairwise<ExponentialRule>(default) : op))),
        new("The forgotten ε",
            "rmsnorm is differentiated as if it were x·mean(x²)^(-0.5): only a row of small numbers shows it.",
            "the gradient of ",
            Kill.ThroughGpts(Mutation.Backward(op => op == RootMeanSquare ? new Pointwise<NoEpsilon>(new(RootMeanSquare.Op)) : op))),
    ];
}
