using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Export;

namespace MicroGpt.Onnx;

/// <summary>The evaluation of any expressions by ONNX Runtime. Variables, packing and columns of indices are inputs of the graph.</summary>
internal static class ForeignEvaluation
{
    /// <summary>The values of expressions in the precision of a type. A test may change the exported graph.</summary>
    public static ImmutableArray<Matrix<double>> Evaluate(
        ImmutableArray<Expr> expressions, Environment<Real> environment, OnnxType type, Func<OnnxGraph, OnnxGraph>? change = null)
    {
        var packing = environment.Inputs.Packing;
        var variables = PostOrder<Expr>.Of(expressions.AsSpan()).Nodes.OfType<Variable>()
            .ToDictionary(variable => variable, variable => new OnnxInput(variable.Name, type, ExpressionExport.AxesOf(variable.Shape)));
        var columns = new Dictionary<Indices, OnnxInput>();
        OnnxInput[] places = [.. new[] { "lengths", "document_of", "position_of" }.Select(name => List(name))];

        var (values, scopes) = new ExpressionExport(new(type, places[0], places[1], places[2]), x => variables[x], Column)
            .Map(expressions).OrThrow();
        var graph = OnnxGraph.Of(
            [.. places, .. columns.Values, .. variables.Values],
            [.. values.Select((value, i) =>
                new OnnxOutput($"result{i}", value, type, ExpressionExport.AxesOf(expressions[i].Shape)))],
            scopes);

        var session = Session.Of(change is null ? graph : change(graph));
        var results = session.Run(
        [
            Session.Whole("lengths", Enumerable.Range(0, packing.Documents).Select(packing.LengthOf)),
            Session.Whole("document_of", packing.DocumentOf),
            Session.Whole("position_of", Enumerable.Range(0, packing.Positions).Select(packing.PositionOf)),
            .. columns.Select(column => Session.Whole(column.Value.Name, environment.Inputs[column.Key])),
            .. variables.Select(variable => Session.Input(variable.Value.Name, type, environment[variable.Key].Map(x => x.Plain))),
        ]);
        return [.. Enumerable.Range(0, expressions.Length).Select(i => results[$"result{i}"])];

        OnnxInput Column(Indices indices) =>
            columns.TryGetValue(indices, out var known) ? known : columns[indices] = List($"indices{columns.Count}");
    }

    private static OnnxInput List(string name) => new(name, OnnxType.Whole, name == "lengths" ? "documents" : "positions");
}
