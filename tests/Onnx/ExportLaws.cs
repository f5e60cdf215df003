using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Export;
using MicroGpt.Model;
using MicroGpt.Properties;

namespace MicroGpt.Onnx;

/// <summary>An operation that can be exported, on matrices of shapes that fit it. Cached keys and values belong to one document.</summary>
public sealed record ExportedStructure(BatchCase Batch, CatalogueEntry Entry, ImmutableArray<Shape> Shapes)
    : Structure(Batch, Entry, Shapes);

/// <summary>The generators of the laws of the export.</summary>
public static class ExportArbitraries
{
    /// <summary>The operations of the catalogue that models are made of.</summary>
    public static Arbitrary<ExportedStructure> ExportedStructure() => Of(IsMapped);

    /// <summary>One operation of the catalogue.</summary>
    public static Arbitrary<ExportedStructure> Of(Type operation) => Of(type => type == operation);

    private static Arbitrary<ExportedStructure> Of(Func<Type, bool> operations) => Structures.Of(
        batch => [.. Catalogue.All(batch).Where(entry => operations(entry.Operation.GetType()))],
        (batch, entry, shapes) => new ExportedStructure(batch, entry, shapes));

    internal static bool IsMapped(Type operation) =>
        operation.Assembly == typeof(Expr).Assembly && operation.Namespace != typeof(Fused).Namespace;
}

/// <summary>Laws of the export.</summary>
internal static class ExportLaws
{
    // Cached keys and values are those of one document.
    internal static bool Lacks(Expr expression, BatchCase batch) => batch.Packing.Documents > 1
        && PostOrder<Expr>.Of(expression).Nodes.OfType<Application>().Any(node =>
            node.Operation is Scores or Mix && node.Arguments[1].Shape.Rows.IfFixed is not null
            || node.Operation is Spread && node.Shape.Rows.IfFixed is not null);

    /// <summary>
    /// An expression has the value of Core's plain loops, up to the rounding errors of the precision. Where rounding has no bound, as at a
    /// kink, there is nothing to compare.
    /// </summary>
    public static Property HasItsValue(
        Expr expression, BatchCase batch, Direction numbers, OnnxType type, Func<OnnxGraph, OnnxGraph>? change = null)
    {
        if (Lacks(expression, batch)) return Verdict.NoneOf([]);
        var precision = type == OnnxType.Single ? Tolerance.OfSingle : Tolerance.OfDouble;
        var errors = Bind(expression, batch, numbers, type, RunningError.Once);
        if (!Tolerance.IsBoundedByRunningError(precision, [expression], errors)) return Verdict.NoneOf([]);
        var found = ForeignEvaluation.Evaluate([expression], Bind(expression, batch, numbers, type, x => new Real(x)), type, change)[0];
        var expected = expression.Evaluate(errors);
        return Verdict.NoneOf(
        [
            .. found.Rows == expected.Rows && found.Columns == expected.Columns ? (IEnumerable<string>)[]
                : [$"the value is [{found.Rows}, {found.Columns}] and should be [{expected.Rows}, {expected.Columns}]"],
            .. expected.Entries.SelectMany((x, i) => found.Entries[i] is var y && y == x.Plain || double.IsNaN(y) && double.IsNaN(x.Plain)
                ? [] : Verdict.Apart($"entry {i}", y, x.Plain, Tolerance.Bound(precision, x.Error))),
        ]);
    }

    /// <summary>The variables of an expression with numbers as entries, rounded to a type.</summary>
    internal static Environment<T> Bind<T>(Expr expression, BatchCase batch, Direction numbers, OnnxType type, Func<double, T> number)
        where T : IEvaluated<T> => batch.Bind(PostOrder<Expr>.Of(expression).Nodes.OfType<Variable>().Select((variable, k) =>
            (variable, numbers.Matrix(variable.Shape, k, batch).Map(x => number(type == OnnxType.Single ? (float)x : x)))));
}
