using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>What every operation on matrices obeys. x are its arguments, y a cotangent of its result, v a tangent of an argument.</summary>
public static class StructureLaws
{
    // A sum of n products errs by n units in the last place; no sum here is longer than a few dozen.
    private const double Rounding = 1e-14;

    /// <summary>⟨A x, y⟩ = ⟨x, Aᵀ y⟩ in each argument, Aᵀ being what it pulls cotangents back by; and Aᵀ y is shaped like x.</summary>
    public static Property PullsBackByItsAdjoint(Structure structure, Direction numbers) => ForEachArgument(structure, (result, k) =>
    {
        var y = new Variable("y", result.Shape);
        var pulled = structure.Entry.Operation.Pullback(result, k, y);
        double Left(Direction d) => Value(result, d).Dot(d.Matrix(result.Shape, 2, structure.Frame));
        double Right(Direction d) => Value(pulled, d).Dot(d.Matrix(result.Arguments[k].Shape, k, structure.Frame));
        Matrix<double> Value(Expr expression, Direction d) => Evaluate(expression, structure.Frame, [.. Bound(result, d, structure.Frame), (y, d.Matrix(y.Shape, 2, structure.Frame))]);

        return pulled.Shape != result.Arguments[k].Shape
            ? [$"a cotangent of argument {k} is {pulled.Shape}"]
            : Verdict.Apart($"⟨x{k}, Aᵀ y⟩", Right(numbers), Left(numbers), Rounding * Left(numbers.Absolute));
    });

    /// <summary>A tangent of argument k pushes forward to the derivative along it by complex step.</summary>
    public static Property PushesForwardByItsDerivative(Structure structure, Direction numbers) => ForEachArgument(structure, (result, k) =>
    {
        var (frame, v) = (structure.Frame, new Variable("v", result.Arguments[k].Shape));
        var (x, tangent) = (Bound(result, numbers.Absolute, frame), numbers.Matrix(v.Shape, 2, frame));
        var pushed = structure.Entry.Operation.Pushforward(result, k, v);
        var actual = Evaluate(pushed, frame, [.. x, (v, tangent)]);
        var expected = result.Evaluate(frame.Bind(x.Select((pair, i) => (pair.Variable, Stepped(pair.Value, i == k ? tangent : null, ComplexStep.Off)))));
        var bound = result.Evaluate(frame.Bind(x.Select((pair, i) => (pair.Variable, Stepped(pair.Value, i == k ? tangent : null, Amplify)))));
        return pushed.Shape != result.Shape
            ? [$"a tangent of the result is {pushed.Shape}"]
            : Enumerable.Range(0, actual.Entries.Length).SelectMany(i =>
                Verdict.Apart($"tangent {i}", actual.Entries[i], expected.Entries[i].Derivative, Rounding * bound.Entries[i].Amplification));
    });

    /// <summary>⟨J v, y⟩ = ⟨v, Jᵀ y⟩: what it pulls back by is the adjoint of what it pushes forward by.</summary>
    public static Property PullsBackByTheAdjointOfItsDerivative(Structure structure, Direction numbers) => ForEachArgument(structure, (result, k) =>
    {
        var frame = structure.Frame;
        var (v, y) = (new Variable("v", result.Arguments[k].Shape), new Variable("y", result.Shape));
        var (pushed, pulled) = (structure.Entry.Operation.Pushforward(result, k, v), structure.Entry.Operation.Pullback(result, k, y));
        var x = Bound(result, numbers.Absolute, frame);
        (double Left, double Right) Both(Direction d)
        {
            var (tangent, cotangent) = (d.Matrix(v.Shape, 2, frame), d.Matrix(y.Shape, 3, frame));
            return (Evaluate(pushed, frame, [.. x, (v, tangent)]).Dot(cotangent), Evaluate(pulled, frame, [.. x, (y, cotangent)]).Dot(tangent));
        }
        var (left, right) = Both(numbers);
        return Verdict.Apart($"⟨v{k}, Jᵀ y⟩", right, left, Rounding * Math.Abs(Both(numbers.Absolute).Left));
    });

    /// <summary>What it makes has the shape that it inferred.</summary>
    public static Property MakesTheShapeItInfers(Structure structure, Direction numbers)
    {
        var (result, frame) = (structure.Entry.Of(structure.Shapes), structure.Frame);
        var value = Evaluate(result, frame, Bound(result, numbers.Absolute, frame));
        var (rows, columns) = (result.Shape.Rows.In(frame.Packing), result.Shape.Columns);
        return Verdict.That((value.Rows, value.Columns) == (rows, columns), $"[{value.Rows}, {value.Columns}] came of {result.Shape}, [{rows}, {columns}]");
    }

    /// <summary>Applied to any shapes, it fits them or says which operation did not fit which.</summary>
    public static Property RefusesByName(Frame frame, Func<Frame, ImmutableArray<Entry>> catalogue) => Verdict.NoneOf(
        from entry in catalogue(frame)
        from shapes in Catalogue.Tuples(frame.Shapes, entry.Arity)
        where entry.Operation.Infer(shapes) is null
        let refusal = Record(() => entry.Of(shapes))
        let message = $"{entry.Operation.Name} does not fit {string.Join(" and ", shapes)}."
        where refusal is not ShapeException || refusal.Message != message
        select $"{entry.Operation.Name} of {string.Join(" and ", shapes)}: {refusal?.Message ?? "not refused"}");

    private static Exception? Record(Func<object> build)
    {
        try
        {
            build();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static Property ForEachArgument(Structure structure, Func<Application, int, IEnumerable<string>> complaints)
    {
        var result = structure.Entry.Of(structure.Shapes);
        return Verdict.NoneOf(Enumerable.Range(0, structure.Shapes.Length).SelectMany(k => complaints(result, k)));
    }

    private static ImmutableArray<(Variable Variable, Matrix<double> Value)> Bound(Expr result, Direction numbers, Frame frame) =>
        [.. result.Arguments.Cast<Variable>().Select((x, i) => (x, numbers.Matrix(x.Shape, i, frame)))];

    private static Matrix<double> Evaluate(Expr expression, Frame frame, ImmutableArray<(Variable Variable, Matrix<double> Value)> values) =>
        expression.Evaluate(frame.Bind(values.Select(pair => (pair.Variable, pair.Value.Map(x => new Real(x)))))).Map(x => x.Plain);

    private static Amplified Amplify(double x, double v) => new(x, Math.Abs(v));

    private static Matrix<T> Stepped<T>(Matrix<double> x, Matrix<double>? v, Func<double, double, T> number) =>
        Matrix<T>.Of(x.Rows, x.Columns, (i, j) => number(x[i, j], v is null ? 0 : v[i, j]));
}
