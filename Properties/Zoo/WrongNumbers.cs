using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Mutants of kinds of numbers: the formula is right, and the kind of number computes it wrongly.</summary>
public static class WrongNumbers
{
    private static readonly Bracketing ByEnds = IntervalLaws.By((x, bounds) => new Ends(x, bounds), number => number.Bounds);

    private static readonly Transformation Halved = Mutation.Gradient(g => InSinglePrecision([g])[0]);

    private static readonly EngineOf Nudged = Mutation.Derivatives(g => g * (1 + 1e-6));

    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The inward ends",
            "The ends of a bracket are moved one number inward instead of outward, as if the processor rounded the other way.",
            "the value is ",
            Kill.Of(nameof(IntervalLaws.HoldsWhatIsComputed), Formulas.Any, f => IntervalLaws.HoldsWhatIsComputed(
                f, share: 0, IntervalLaws.By((x, bounds) => new Inward(x, bounds), number => number.Bounds)))),
        new("The nearest ends",
            "The ends of a bracket are the function's values at the ends, rounded to nearest. What was rounded away is outside.",
            "which have no number in common",
            Kill.Of(nameof(IntervalLaws.HoldsTheExactDerivative), Formulas.Any, f => IntervalLaws.HoldsTheExactDerivative(f, ByEnds)),
            Kill.Of(nameof(IntervalLaws.HoldsWhatIsComputed), Formulas.Any, f => IntervalLaws.HoldsWhatIsComputed(f, share: 0.5, ByEnds))),
        new("The shrug",
            "Every bracket says nothing. It holds every number, and so it is never wrong.",
            "is within anything, which says too little",
            Kill.Of(nameof(IntervalLaws.IsNarrow), Formulas.OneOperation(Functions.Any), op => IntervalLaws.IsNarrow(
                op, (f, point) => new(Bounds.Everything, [.. point.Select(_ => Bounds.Everything)])))),
        new("The careful end",
            "The bracket of a sum is widened on both sides, although the sign of its rounding error is known.",
            "is too wide for the sum of 1 and 1",
            Kill.Of(nameof(IntervalLaws.IsTheNearest), Reals.Any, x => IntervalLaws.IsTheNearest(
                x, x, (a, b) => new(Math.BitDecrement((a + b).Low), Math.BitIncrement((a + b).High)), (a, b) => a * b))),
        new("The millionth beside the bracket",
            "A gradient is a millionth too large, which three decimals of a table do not show.",
            "the gradient of ",
            Kill.Of(nameof(IntervalLaws.HoldsTheEngine), Models.Small,
                model => IntervalLaws.HoldsTheEngine(model, Nudged, widths: 1, IntervalLaws.ByIntervals))),
        new("The gradient of half the digits",
            "The gradient's expression has 1/n and ε in single precision. The bracket of a wrong formula holds what the formula comes to.",
            "which have no number in common",
            Kill.Of(nameof(IntervalLaws.HoldsTheGradientExpression), Models.Small,
                model => IntervalLaws.HoldsTheGradientExpression(model, Halved, Halved.Engine, IntervalLaws.ByIntervals))),
        new("The direction of length 1",
            "The derivative along a direction is taken along v/|v|, as textbooks define it, and a tangent is not.",
            "∇f·v is ",
            Kill.Of(nameof(IntervalLaws.HoldsTheTangent), Models.Small, model => IntervalLaws.HoldsTheTangent(
                model.Loss, Direction.Ones, (f, v) => IntervalLaws.ByForwardMode(f, OfLengthOne(v))))),
        new("The millionth of the Hessian",
            "Each gradient is a millionth too large, and the gradient of the gradient is so twice.",
            "(Hv)0 is ",
            Kill.Of(nameof(ModularLaws.HasOneHessianVector), Formulas.Exact,
                f => ModularLaws.HasOneHessianVector(Expressed.Of(f.Formula), Direction.Ones, Mutation.Gradient(g => g * (1 + 1e-6))))),
        new("The constants of half the digits",
            "Simplification keeps constants in single precision, and the formula is another one in the eighth digit.",
            "of value and gradient is ",
            Kill.Of(nameof(ModularLaws.KeepsValueAndGradient), MatrixFormulas.Exact,
                m => ModularLaws.KeepsValueAndGradient(Expressed.Of(m.Formula), InSinglePrecision))),
    ];

    private static ImmutableArray<double> OfLengthOne(ImmutableArray<double> v) => [.. v.Select(x => x / Math.Sqrt(v.Sum(y => y * y)))];

    private static ImmutableArray<Expr> InSinglePrecision(ImmutableArray<Expr> expressions) => Rewriting.Rewrite(
        expressions, variable => variable, constant => new Constant((float)constant.Value, constant.Shape), node => node);

    /// <summary>A number with bounds that are rounded inward.</summary>
    private readonly record struct Inward(double Plain, Bounds Bounds) : IEvaluated<Inward>
    {
        public static Inward Constant(double value) => new(value, Bounds.Of(value));

        public static Inward Apply<TOp>(TOp op, Inward x) where TOp : struct, IUnaryOp =>
            new(op.Forward(x.Plain), Narrowed(op.Forward(x.Bounds)));

        public static Inward Apply<TOp>(TOp op, Inward x, Inward y) where TOp : struct, IBinaryOp =>
            new(op.Forward(x.Plain, y.Plain), Narrowed(op.Forward(x.Bounds, y.Bounds)));

        private static Bounds Narrowed(Bounds x) => new(Math.BitIncrement(x.Low), Math.BitDecrement(x.High));
    }

    /// <summary>A number with bounds whose ends are the values at the ends.</summary>
    private readonly record struct Ends(double Plain, Bounds Bounds) : IEvaluated<Ends>
    {
        public static Ends Constant(double value) => new(value, Bounds.Of(value));

        public static Ends Apply<TOp>(TOp op, Ends x) where TOp : struct, IUnaryOp =>
            new(op.Forward(x.Plain), Between(op.Forward(x.Bounds.Low), op.Forward(x.Bounds.High)));

        public static Ends Apply<TOp>(TOp op, Ends x, Ends y) where TOp : struct, IBinaryOp => new(
            op.Forward(x.Plain, y.Plain),
            Between(op.Forward(x.Bounds.Low, y.Bounds.Low), op.Forward(x.Bounds.High, y.Bounds.High)));

        private static Bounds Between(double x, double y) => new(Math.Min(x, y), Math.Max(x, y));
    }
}
