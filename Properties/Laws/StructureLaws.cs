using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>
/// Laws of every operation on matrices. x are its arguments, y a cotangent of its result, v a tangent of an argument. The two sides of
/// each comparison agree up to their running errors.
/// </summary>
public static class StructureLaws
{
    /// <summary>⟨A x, y⟩ = ⟨x, Aᵀ y⟩ in each argument, where Aᵀ is the pullback; and Aᵀ y has the shape of x.</summary>
    public static Property PullsBackByItsAdjoint(Structure structure, Direction numbers) => ForEachArgument(structure, (result, k) =>
    {
        var (batch, y) = (structure.Batch, new Variable("y", result.Shape));
        var pulled = structure.Entry.Operation.Pullback(result, k, y);
        if (pulled.Shape != result.Arguments[k].Shape) return [$"a cotangent of argument {k} is {pulled.Shape}"];
        var x = Bound(result, numbers, batch);
        var cotangent = numbers.Matrix(y.Shape, 2, batch);
        return Apart($"⟨x{k}, Aᵀ y⟩", Dot(pulled, batch, [.. x, (y, cotangent)], x[k].Value), Dot(result, batch, x, cotangent));
    });

    /// <summary>A tangent of argument k pushes forward to the derivative along it by complex step.</summary>
    public static Property PushesForwardByItsDerivative(Structure structure, Direction numbers) => ForEachArgument(structure, (result, k) =>
    {
        var (batch, v) = (structure.Batch, new Variable("v", result.Arguments[k].Shape));
        var pushed = structure.Entry.Operation.Pushforward(result, k, v);
        if (pushed.Shape != result.Shape) return [$"a tangent of the result is {pushed.Shape}"];
        var (x, tangent) = (Bound(result, numbers.Absolute, batch), numbers.Matrix(v.Shape, 2, batch));
        Matrix<T> Along<T>(Func<double, double, T> number) where T : IEvaluated<T> => result.Evaluate(batch.Bind(x.Select((pair, i) => (
            pair.Variable,
            Matrix<T>.Of(pair.Value.Rows, pair.Value.Columns, (r, c) => number(pair.Value[r, c], i == k ? tangent[r, c] : 0))))));

        var actual = Evaluate(pushed, batch, [.. x, (v, tangent)]).Entries;
        var expected = Along(ComplexStep.Off).Entries;
        var rounding = Along((number, step) => new Dual<RunningError>(RunningError.Constant(number), RunningError.Constant(step))).Entries;
        return Enumerable.Range(0, actual.Length).SelectMany(i => Verdict.Apart(
            $"tangent {i}", actual[i].Plain, expected[i].Derivative, actual[i].Error + rounding[i].Tangent.Error));
    });

    /// <summary>⟨J v, y⟩ = ⟨v, Jᵀ y⟩: the pullback is the adjoint of the pushforward.</summary>
    public static Property PullsBackByTheAdjointOfItsDerivative(Structure structure, Direction numbers) =>
        ForEachArgument(structure, (result, k) =>
    {
        var (batch, operation) = (structure.Batch, structure.Entry.Operation);
        var (v, y) = (new Variable("v", result.Arguments[k].Shape), new Variable("y", result.Shape));
        var x = Bound(result, numbers.Absolute, batch);
        var (tangent, cotangent) = (numbers.Matrix(v.Shape, 2, batch), numbers.Matrix(y.Shape, 3, batch));
        return Apart(
            $"⟨v{k}, Jᵀ y⟩",
            Dot(operation.Pullback(result, k, y), batch, [.. x, (y, cotangent)], tangent),
            Dot(operation.Pushforward(result, k, v), batch, [.. x, (v, tangent)], cotangent));
    });

    /// <summary>The value of an operation has the inferred shape.</summary>
    public static Property MakesTheShapeItInfers(Structure structure, Direction numbers)
    {
        var (result, batch) = (structure.Entry.Of(structure.Shapes), structure.Batch);
        var value = Evaluate(result, batch, Bound(result, numbers.Absolute, batch));
        var (rows, columns) = (result.Shape.Rows.In(batch.Packing), result.Shape.Columns);
        return Verdict.That(
            (value.Rows, value.Columns) == (rows, columns), $"[{value.Rows}, {value.Columns}] came of {result.Shape}, [{rows}, {columns}]");
    }

    /// <summary>An operation accepts shapes, or refuses them with its name and the shapes.</summary>
    public static Property RefusesByName(BatchCase batch, Func<BatchCase, ImmutableArray<CatalogueEntry>> catalogue) => Verdict.NoneOf(
        from entry in catalogue(batch)
        from shapes in Catalogue.Tuples(batch.Shapes, entry.Arity)
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

    private static ImmutableArray<(Variable Variable, Matrix<double> Value)> Bound(Expr result, Direction numbers, BatchCase batch) =>
        [.. result.Arguments.Cast<Variable>().Select((x, i) => (x, numbers.Matrix(x.Shape, i, batch)))];

    private static Matrix<RunningError> Evaluate(
        Expr expression, BatchCase batch, ImmutableArray<(Variable Variable, Matrix<double> Value)> values) =>
        expression.Evaluate(batch.Bind(values.Select(pair => (pair.Variable, pair.Value.Map(RunningError.Constant)))));

    private static RunningError Dot(
        Expr expression, BatchCase batch, ImmutableArray<(Variable Variable, Matrix<double> Value)> values, Matrix<double> other) =>
        Sum.Of(Evaluate(expression, batch, values).Entries.Zip(other.Entries, (x, y) => x * RunningError.Constant(y)));

    private static IEnumerable<string> Apart(string what, RunningError actual, RunningError expected) =>
        Verdict.Apart(what, actual.Plain, expected.Plain, actual.Error + expected.Error);
}
