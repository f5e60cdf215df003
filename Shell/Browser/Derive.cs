using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices.JavaScript;
using System.Text.Json.Serialization;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Browser;

/// <summary>A node of the formula or of its backward pass: its line, its value, and its name or number.</summary>
internal sealed record NodeLine(string Line, string Value, string Name);

/// <summary>An entry of the map of cotangents: a node, and the node of its cotangent.</summary>
internal sealed record CotangentEntry(int Node, int Cotangent);

/// <summary>A step of the backward pass. It refers to nodes by index; the node is null before the first step.</summary>
internal sealed record WalkStep(int? Node, int NodeCount, ImmutableArray<CotangentEntry> Cotangents);

/// <summary>A path from the result to a variable: its nodes, its partials, and their product.</summary>
internal sealed record PathLine(ImmutableArray<int> Nodes, ImmutableArray<string> Partials, string Contribution);

/// <summary>The derivative with respect to a variable: as a number, as a sum over paths, and as a formula.</summary>
internal sealed record DerivativeLine(
    string Name, string Value, string Count, ImmutableArray<PathLine> Paths, string Rest, string Formula);

/// <summary>An operation of the formula, and its number of arguments.</summary>
internal sealed record BreakableOperation(string Name, int Arguments);

/// <summary>The derivative with respect to a variable by each oracle. A method that does not apply is empty.</summary>
internal sealed record OracleLine(string Name, string Backward, ImmutableArray<Verdict> Oracles);

/// <summary>An oracle's derivative. It agrees if it equals the backward pass's but for rounding.</summary>
internal sealed record Verdict(string Value, bool Agrees);

/// <summary>A formula at a point, with its backward pass.</summary>
internal sealed record Derivation(
    ImmutableArray<string> Names, ImmutableArray<double> Values, ImmutableArray<NodeLine> Nodes, int ExpressionNodes,
    ImmutableArray<WalkStep> Steps, ImmutableArray<DerivativeLine> Derivatives, ImmutableArray<BreakableOperation> Operations,
    string Picture);

/// <summary>The room in which a formula is differentiated step by step.</summary>
internal static partial class Derive
{
    private const int MostPaths = 12;

    // Finite differences with extrapolation are exact to about ten digits.
    private const double Rounding = 1e-7;

    /// <summary>The formula at a point, with its backward pass. A variable without a value is 1.</summary>
    [JSExport]
    internal static string Explain(string formula, string[] names, double[] values) =>
        Answer.Of(FunctionOf(formula, names, values).Map(Explain), DeriveJson.Default.Derivation);

    /// <summary>The derivatives by each oracle, where a partial of an operation is multiplied by <paramref name="factor"/>.</summary>
    [JSExport]
    internal static string Compare(string formula, string[] names, double[] values, string operation, int argument, double factor) =>
        Answer.Of(
            FunctionOf(formula, names, values).Map(function => Compare(function, new(operation, argument, factor))),
            DeriveJson.Default.ImmutableArrayOracleLine);

    private static Either<Problem, ScalarFunction> FunctionOf(string text, string[] names, double[] values) =>
        from formula in Formula.Parse(text)
        let given = names.Zip(values).ToDictionary()
        select new ScalarFunction(
            formula.Expression, formula.Variables, [.. formula.Variables.Select(variable => given.GetValueOrDefault(variable.Name, 1))]);

    private static Derivation Explain(ScalarFunction function)
    {
        var trace = BackwardTrace.Record(function.Expression);
        var values = function.Values(trace.Nodes.Nodes);
        return new(
            [.. function.Variables.Select(variable => variable.Name)], function.Point,
            [.. trace.Nodes.Nodes.Select((node, i) => new NodeLine(Writer.Line(trace.Nodes, i), Number(values[i]), NameOf(trace, i)))],
            trace.ExpressionNodes,
            [.. trace.Steps.Select(step => new WalkStep(step.Node, step.NodeCount,
                [.. step.Cotangents.Select(pair => new CotangentEntry(pair.Key, pair.Value))]))],
            [.. Paths.Find(function, MostPaths).Zip(function.Gradient(), (sum, gradient) => Line(trace, sum, gradient))],
            [.. trace.Nodes.Nodes[..trace.ExpressionNodes].OfType<Application>().Where(node => node.Operation is Elementwise)
                .Select(node => new BreakableOperation(node.Operation.Name, node.Arguments.Length)).Distinct()],
            function.Expression is Application ? PictureOf(function.Expression) : "");
    }

    private static DerivativeLine Line(BackwardTrace trace, PathSum sum, Expr gradient) => new(
        sum.Variable.Name, Number(sum.Total), $"{sum.Count}",
        [.. sum.Largest.Select(path => new PathLine(
            [.. path.Nodes.Select(node => trace.Nodes.Nodes.IndexOf(node))],
            [.. path.Partials.Select(Number)], Number(path.Contribution)))],
        sum.Count > sum.Largest.Length ? Number(sum.Rest) : "",
        string.Join("; ", FormulaWriter.Write(gradient)));

    // The guaranteed bounds are those of the derivative before a partial was made wrong.
    private static ImmutableArray<OracleLine> Compare(ScalarFunction function, WrongPartial wrong)
    {
        var broken = DerivativeComparison.Compute(function with { Expression = wrong.Break(function.Expression) });
        return
        [
            .. from pair in broken.Zip(DerivativeComparison.Compute(function), (x, right) => (Wrong: x, Right: right))
               let others = (double?[])[pair.Wrong.ForwardMode, pair.Wrong.ComplexStep, pair.Wrong.FiniteDifferences]
               select new OracleLine(pair.Wrong.Variable.Name, Number(pair.Wrong.Backward),
               [
                   .. others.Select(other => new Verdict(other is { } x ? Number(x) : "", Agree(pair.Wrong.Backward, other))),
                   new(TextOf(pair.Right), pair.Right.Guaranteed.Contains(pair.Wrong.Backward)),
               ]),
        ];
    }

    private static string TextOf(DerivativeComparison right) => right.SaysNothing
        ? "" : string.Create(CultureInfo.InvariantCulture, $"{right.Guaranteed.Low} to {right.Guaranteed.High}"); // to the last digit

    private static bool Agree(double backward, double? other) =>
        other is not { } x || x.Equals(backward) || Math.Abs(x - backward) <= Rounding * Math.Max(1, Math.Abs(backward));

    private static string PictureOf(Expr expression) =>
        Diagram.Of(new([new("f", expression)], [new("the formula", [expression])])).BareSvg("The formula as a graph", part: 0);

    private static string NameOf(BackwardTrace trace, int i) => trace.Nodes.Nodes[i] is Variable variable ? variable.Name : $"%{i}";

    private static string Number(double value) => value.ToString("g10", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Derivation))]
[JsonSerializable(typeof(ImmutableArray<OracleLine>))]
internal sealed partial class DeriveJson : JsonSerializerContext;
