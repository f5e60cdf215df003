using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;

namespace MicroGpt.Export;

/// <summary>Expressions as values of an ONNX graph. They are exported before fusion, because fused operations have no mapping.</summary>
/// <param name="Packing">The packing of the documents.</param>
/// <param name="Variable">The value of a variable: an input or a tensor.</param>
/// <param name="Column">The value of a column of indices, [positions].</param>
public sealed record ExpressionExport(OnnxPacking Packing, Func<Variable, OnnxValue> Variable, Func<Indices, OnnxValue> Column)
{
    /// <summary>The axes of a matrix. An axis is a number, or a name if the documents determine its length.</summary>
    public static ImmutableArray<string> AxesOf(Shape shape) => [$"{shape.Rows}", $"{shape.Columns}"];

    /// <summary>
    /// The values of expressions, which are simplified together. Every value on the way has a scope, the name of the first of the
    /// <paramref name="scopes"/> whose expression needs it. An operation without a mapping is a problem.
    /// </summary>
    public Validation<Problem, (ImmutableArray<OnnxValue> Values, ImmutableArray<(string Scope, OnnxValue Value)> Scopes)> Map(
        ImmutableArray<Expr> expressions, params ImmutableArray<(string Name, Expr Expression)> scopes)
    {
        var order = PostOrder<Expr>.Of(Simplification.Simplify([.. scopes.Select(scope => scope.Expression), .. expressions]).AsSpan());
        var (mapping, values) = (new OnnxMapping(Packing, Column), new OnnxValue[order.Nodes.Length]);
        var unmapped = new System.Collections.Generic.HashSet<string>();
        for (var i = 0; i < values.Length; i++)
            values[i] = order.Nodes[i].Match(
                Variable, constant => Packing.Number(constant.Value), node => MapNode(node, order.ParentsOf(i)));
        if (unmapped.Count > 0)
            return unmapped.Select(name => new Problem($"The operation {name} has no mapping to ONNX; add one to OnnxMapping.")).ToSeq();
        var (scopeOf, nameless) = (FirstRoot.Of(order), Enumerable.Repeat("", expressions.Length));
        string[] names = [.. scopes.Select(scope => scope.Name), .. nameless];
        return (
            [.. order.Roots.Skip(scopes.Length).Select(Whole)],
            [.. values.Select((value, i) => (names[scopeOf[i]], value))]);

        OnnxValue MapNode(Application node, ImmutableArray<int> arguments)
        {
            // A number broadcasts if an elementwise operation has another argument that gives the shape.
            var broadcasts = node is { Operation: Elementwise } && !node.Arguments.All(argument => argument is Constant);
            if (mapping.Map(node, [.. arguments.Select(k => broadcasts ? values[k] : Whole(k))]) is { } value) return value;
            unmapped.Add(node.Operation.Name);
            return Packing.Number(double.NaN);
        }

        OnnxValue Whole(int k) => order.Nodes[k] is Constant { Value: var number, Shape: var shape } && shape != Shape.Scalar
            ? Packing.Filled(number, shape) : values[k];
    }
}
