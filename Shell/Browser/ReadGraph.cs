using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Study;

namespace MicroGpt.Browser;

/// <summary>A node of a computation: its number, operation, shape and part.</summary>
internal sealed record GraphNode(int Number, string Line, string Shape, int Part, ImmutableArray<string> Results);

/// <summary>A computation of a GPT: its parts and nodes.</summary>
internal sealed record GraphSummary(string Sizes, ImmutableArray<string> Parts, ImmutableArray<GraphNode> Nodes);

/// <summary>The graph of a computation of a model.</summary>
/// <param name="Checkpoint">The model.</param>
/// <param name="What">The name of the computation: loss, gradient, step or hvp.</param>
/// <param name="IsFused">True if the expressions are fused, as the compiler does.</param>
/// <param name="Gpt">The model's expressions.</param>
/// <param name="Forward">The forward pass, fused if the computation is.</param>
/// <param name="Diagram">The nodes and the parts.</param>
internal sealed record ReadGraph(Checkpoint Checkpoint, string What, bool IsFused, Gpt Gpt, ForwardPass Forward, Diagram Diagram)
{
    private readonly Lazy<Dictionary<Expr, Expr>> cotangents = new(() => Forward.Loss.Cotangents().ToDictionary());

    /// <summary>The graph of a model's computation.</summary>
    public static ReadGraph Of(Checkpoint checkpoint, string what, bool isFused)
    {
        var gpt = new Gpt(checkpoint.Configuration);
        var written = ForwardPass.Of(gpt);
        var forward = isFused ? written.Fuse() : written;
        var computation = what switch
        {
            "gradient" => Computation.Gradient(forward, forward.Parameters),
            "step" => Computation.Step(forward, forward.Parameters, checkpoint.RunConfiguration.Optimizer),
            "hvp" => Computation.HessianVector(forward, forward.Parameters),
            _ => Computation.Loss(forward),
        };
        return new(checkpoint, what, isFused, gpt, forward, Diagram.Of(isFused ? computation.Fuse() : computation));
    }

    /// <summary>The parts and nodes.</summary>
    public GraphSummary Summary => new(
        $"{Checkpoint.Configuration}", Diagram.Parts,
        [.. Diagram.Nodes.Select(node => new GraphNode(node.Number, node.Line, $"{node.Expression.Shape}", node.Part, node.Results))]);

    /// <summary>True if a part has operations.</summary>
    public bool HasBoxes(int part) => Diagram.Nodes.Any(node => node.Part == part && node.Expression is Application);

    /// <summary>The cotangent of a node of the forward pass, as an expression; null for other nodes.</summary>
    public Expr? CotangentOf(Expr node) => cotangents.Value.GetValueOrDefault(node);

    /// <summary>True if an expression depends on parameters alone, and not on slots, hyperparameters or a direction.</summary>
    public bool CanEvaluate(Expr expression) =>
        PostOrder<Expr>.Of(expression).Nodes.OfType<Variable>().All(variable => Forward.Parameters.Contains(variable));

    /// <summary>The values of expressions for a document.</summary>
    public ImmutableArray<Matrix<Real>> Evaluate(ImmutableArray<Expr> expressions, ImmutableArray<int> document) =>
        Evaluation.Evaluate(expressions, Gpt.Model.Bind(
            Checkpoint.State.Parameters.Matrices(x => new Real(x)), Batch.Of(Gpt.Model, document)));
}
