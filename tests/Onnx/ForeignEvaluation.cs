using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Export;

namespace MicroGpt.Onnx;

/// <summary>The evaluation of any expressions by ONNX Runtime. Variables, packing and columns of indices are inputs of the graph.</summary>
internal static class ForeignEvaluation
{
    private static readonly ImmutableArray<OnnxInput> Places = [List("lengths"), List("document_of"), List("position_of")];

    /// <summary>The graph of expressions, with the inputs of its variables and of its columns of indices.</summary>
    public static (OnnxGraph Graph, Dictionary<Variable, OnnxInput> Variables, Dictionary<Indices, OnnxInput> Columns) Export(
        ImmutableArray<Expr> expressions, OnnxType type)
    {
        var variables = PostOrder<Expr>.Of(expressions.AsSpan()).Nodes.OfType<Variable>()
            .ToDictionary(variable => variable, variable => new OnnxInput(variable.Name, type, ExpressionExport.AxesOf(variable.Shape)));
        var columns = new Dictionary<Indices, OnnxInput>();
        var (values, scopes) = new ExpressionExport(new(type, Places[0], Places[1], Places[2]), x => variables[x], Column)
            .Map(expressions).OrThrow();
        var graph = OnnxGraph.Of(
            [.. Places, .. columns.Values, .. variables.Values],
            [.. values.Select((value, i) =>
                new OnnxOutput($"result{i}", value, type, ExpressionExport.AxesOf(expressions[i].Shape)))],
            scopes);
        return (graph, variables, columns);

        OnnxInput Column(Indices indices) =>
            columns.TryGetValue(indices, out var known) ? known : columns[indices] = List($"indices{columns.Count}");
    }

    /// <summary>The values of expressions in the precision of a type. A test may change the exported graph.</summary>
    public static ImmutableArray<Matrix<double>> Evaluate(
        ImmutableArray<Expr> expressions, Environment<Real> environment, OnnxType type, Func<OnnxGraph, OnnxGraph>? change = null)
    {
        var packing = environment.Inputs.Packing;
        var (graph, variables, columns) = Export(expressions, type);
        var results = Session.Of(change is null ? graph : change(graph)).Run(
        [
            Session.Whole("lengths", Enumerable.Range(0, packing.Documents).Select(packing.LengthOf)),
            Session.Whole("document_of", packing.DocumentOf),
            Session.Whole("position_of", Enumerable.Range(0, packing.Positions).Select(packing.PositionOf)),
            .. columns.Select(column => Session.Whole(column.Value.Name, environment.Inputs[column.Key])),
            .. variables.Select(variable => Session.Input(variable.Value.Name, type, environment[variable.Key].Map(x => x.Plain))),
        ]);
        return [.. Enumerable.Range(0, expressions.Length).Select(i => results[$"result{i}"])];
    }

    private static OnnxInput List(string name) => new(name, OnnxType.Whole, name == "lengths" ? "documents" : "positions");
}
