using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>
/// What every operation on matrices obeys. x are its arguments, y a cotangent of its result, v a tangent of an argument. Whatever
/// is compared is right up to what rounding may have done on either side.
/// </summary>
public static class StructureLaws
{
    /// <summary>⟨A x, y⟩ = ⟨x, Aᵀ y⟩ in each argument, Aᵀ being what it pulls cotangents back by; and Aᵀ y is shaped like x.</summary>
    public static Property PullsBackByItsAdjoint(Structure structure, Direction numbers) => ForEachArgument(structure, (result, k) =>
    {
        var (frame, y) = (structure.Frame, new Variable("y", result.Shape));
        var pulled = structure.Entry.Operation.Pullback(result, k, y);
        if (pulled.Shape != result.Arguments[k].Shape) return [$"a cotangent of argument {k} is {pulled.Shape}"];
        var x = Bound(result, numbers, frame);
        var cotangent = numbers.Matrix(y.Shape, 2, frame);
        return Apart($"⟨x{k}, Aᵀ y⟩", Dot(pulled, frame, [.. x, (y, cotangent)], x[k].Value), Dot(result, frame, x, cotangent));
    });

    /// <summary>A tangent of argument k pushes forward to the derivative along it by complex step.</summary>
    public static Property PushesForwardByItsDerivative(Structure structure, Direction numbers) => ForEachArgument(structure, (result, k) =>
    {
        var (frame, v) = (structure.Frame, new Variable("v", result.Arguments[k].Shape));
        var pushed = structure.Entry.Operation.Pushforward(result, k, v);
        if (pushed.Shape != result.Shape) return [$"a tangent of the result is {pushed.Shape}"];
        var (x, tangent) = (Bound(result, numbers.Absolute, frame), numbers.Matrix(v.Shape, 2, frame));
        Matrix<T> Along<T>(Func<double, double, T> number) where T : IEvaluated<T> => result.Evaluate(frame.Bind(x.Select((pair, i) => (
            pair.Variable,
            Matrix<T>.Of(pair.Value.Rows, pair.Value.Columns, (r, c) => number(pair.Value[r, c], i == k ? tangent[r, c] : 0))))));

        var actual = Evaluate(pushed, frame, [.. x, (v, tangent)]).Entries;
        var expected = Along(ComplexStep.Off).Entries;
        var rounding = Along((number, step) => new Dual<RunningError>(RunningError.Constant(number), RunningError.Constant(step))).Entries;
        return Enumerable.Range(0, actual.Length).SelectMany(i => Verdict.Apart(
            $"tangent {i}", actual[i].Plain, expected[i].Derivative, actual[i].Error + rounding[i].Tangent.Error));
    });

    /// <summary>⟨J v, y⟩ = ⟨v, Jᵀ y⟩: what it pulls back by is the adjoint of what it pushes forward by.</summary>
    public static Property PullsBackByTheAdjointOfItsDerivative(Structure structure, Direction numbers) =>
        ForEachArgument(structure, (result, k) =>
    {
        var (frame, operation) = (structure.Frame, structure.Entry.Operation);
        var (v, y) = (new Variable("v", result.Arguments[k].Shape), new Variable("y", result.Shape));
        var x = Bound(result, numbers.Absolute, frame);
        var (tangent, cotangent) = (numbers.Matrix(v.Shape, 2, frame), numbers.Matrix(y.Shape, 3, frame));
        return Apart(
            $"⟨v{k}, Jᵀ y⟩",
            Dot(operation.Pullback(result, k, y), frame, [.. x, (y, cotangent)], tangent),
            Dot(operation.Pushforward(result, k, v), frame, [.. x, (v, tangent)], cotangent));
    });

    /// <summary>What it makes has the shape that it inferred.</summary>
    public static Property MakesTheShapeItInfers(Structure structure, Direction numbers)
    {
        var (result, frame) = (structure.Entry.Of(structure.Shapes), structure.Frame);
        var value = Evaluate(result, frame, Bound(result, numbers.Absolute, frame));
        var (rows, columns) = (result.Shape.Rows.In(frame.Packing), result.Shape.Columns);
        return Verdict.That(
            (value.Rows, value.Columns) == (rows, columns), $"[{value.Rows}, {value.Columns}] came of {result.Shape}, [{rows}, {columns}]");
    }

    /// <summary>Applied to any shapes, it fits them or says which operation did not fit which.</summary>
    public static Property RefusesByName(Frame frame, Func<Frame, ImmutableArray<Entry>> catalogue) => Verdict.NoneOf(
        from entry in catalogue(frame)
        from shapes in Catalogue.Tuples(frame.Shapes, entry.Arity)
        where entry.Operation.Infer(shapes) is null
        let refusal = Record.Exception(() => entry.Of(shapes))
        let message = $"{entry.Operation.Name} does not fit {string.Join(" and ", shapes)}."
        where refusal is not ShapeException || refusal.Message != message
        select $"{entry.Operation.Name} of {string.Join(" and ", shapes)}: {refusal?.Message ?? "not refused"}");

    private static Property ForEachArgument(Structure structure, Func<Application, int, IEnumerable<string>> complaints)
    {
        var result = structure.Entry.Of(structure.Shapes);
        return Verdict.NoneOf(Enumerable.Range(0, structure.Shapes.Length).SelectMany(k => complaints(result, k)));
    }

    private static ImmutableArray<(Variable Variable, Matrix<double> Value)> Bound(Expr result, Direction numbers, Frame frame) =>
        [.. result.Arguments.Cast<Variable>().Select((x, i) => (x, numbers.Matrix(x.Shape, i, frame)))];

    private static Matrix<RunningError> Evaluate(
        Expr expression, Frame frame, ImmutableArray<(Variable Variable, Matrix<double> Value)> values) =>
        expression.Evaluate(frame.Bind(values.Select(pair => (pair.Variable, pair.Value.Map(RunningError.Constant)))));

    private static RunningError Dot(
        Expr expression, Frame frame, ImmutableArray<(Variable Variable, Matrix<double> Value)> values, Matrix<double> other) =>
        Sum.Of(Evaluate(expression, frame, values).Entries.Zip(other.Entries, (x, y) => x * RunningError.Constant(y)));

    private static IEnumerable<string> Apart(string what, RunningError actual, RunningError expected) =>
        Verdict.Apart(what, actual.Plain, expected.Plain, actual.Error + expected.Error);
}
