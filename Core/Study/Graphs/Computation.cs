using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Study;

/// <summary>An expression and its name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Expression">The expression.</param>
/// <param name="Replaces">The variable that has this value in the next step of training, if there is one.</param>
public readonly record struct NamedExpression(string Name, Expr Expression, Variable? Replaces = null);

/// <summary>A part of a computation. If several parts need a node for their outputs, the node belongs to the first of them.</summary>
public readonly record struct Part(string Name, ImmutableArray<Expr> Outputs)
{
    public bool Equals(Part other) => Name == other.Name && Outputs.ContentEquals(other.Outputs);

    public override int GetHashCode() => HashCode.Combine(Name);
}

/// <summary>
/// The forward pass of a GPT: its loss, and the residual stream after the embedding and after each half of each block. The expressions
/// may be fused.
/// </summary>
public sealed record ForwardPass(ImmutableArray<Parameter> Parameters, Expr Loss, ImmutableArray<NamedExpression> Stream)
{
    /// <summary>The forward pass before fusion, in the model's own operations.</summary>
    public static ForwardPass Of(Gpt gpt) =>
        new(gpt.Model.Variables, gpt.Model.Loss, [.. gpt.Stream.Select(end => new NamedExpression(end.Name, end.X))]);

    /// <summary>The forward pass after fusion. The compiled engine differentiates the fused expressions.</summary>
    public ForwardPass Fuse()
    {
        var fused = Fusion.Fuse([Loss, .. Stream.Select(end => end.Expression)]);
        return new(Parameters, fused[0], [.. Stream.Zip(fused[1..], (end, x) => end with { Expression = x })]);
    }

    public bool Equals(ForwardPass? other) =>
        other is not null && Loss == other.Loss && Parameters.ContentEquals(other.Parameters) && Stream.ContentEquals(other.Stream);

    public override int GetHashCode() => HashCode.Combine(Loss, Parameters.Length, Stream.Length);
}

/// <summary>Some results of a GPT, and the parts that compute these results, in the order of computation.</summary>
public sealed record Computation(ImmutableArray<NamedExpression> Results, ImmutableArray<Part> Parts)
{
    /// <summary>The computation of the loss.</summary>
    public static Computation Loss(ForwardPass forward) => new([new("loss", forward.Loss)],
        [.. forward.Stream.Select(end => new Part(end.Name, [end.Expression])), new("output", [forward.Loss])]);

    /// <summary>The computation of the gradient of the loss with respect to some parameters.</summary>
    public static Computation Gradient(ForwardPass forward, ImmutableArray<Parameter> parameters)
    {
        var gradient = forward.Loss.Backward();
        return new(
            [.. parameters.Select(p => new NamedExpression($"∂loss/∂{p.Name}", gradient[p]))],
            [.. Loss(forward).Parts, .. Backward(forward, gradient)]);
    }

    /// <summary>
    /// A step of training: the loss, and for some parameters the squared norm of the gradient, and the optimizer's update of the parameter
    /// and of its slots.
    /// </summary>
    public static Computation Step(ForwardPass forward, ImmutableArray<Parameter> parameters, Optimizer optimizer)
    {
        var gradient = Gradient(forward, forward.Parameters);
        var step = new OptimizerStep(optimizer, forward.Parameters, [.. gradient.Results.Select(result => result.Expression)]);
        var updates = step.Updates.Where(update => parameters.Contains(update.Parameter)).ToArray();
        ImmutableArray<NamedExpression> updated =
            [.. from k in Enumerable.Range(0, 2 + optimizer.Slots.Length) from update in updates select Named(update, k)];
        return new(
            [.. Loss(forward).Results, .. updated],
            [.. gradient.Parts, new("update", [.. updated.Select(result => result.Expression)])]);
    }

    /// <summary>The Hessian times a direction v, computed as the gradient of ⟨gradient, v⟩ with respect to some parameters.</summary>
    public static Computation HessianVector(ForwardPass forward, ImmutableArray<Parameter> parameters)
    {
        var gradient = Gradient(forward, forward.Parameters);
        var product = gradient.Results.Zip(forward.Parameters, (g, p) => g.Expression.Dot(new Variable($"v.{p.Name}", p.Shape)))
            .Aggregate((sum, term) => sum + term);
        var second = product.Backward();
        ImmutableArray<NamedExpression> results = [.. parameters.Select(p => new NamedExpression($"∂⟨gradient,v⟩/∂{p.Name}", second[p]))];
        var again = new Part("backward again", [.. results.Select(result => result.Expression)]);
        return new(results, [.. gradient.Parts, new("⟨gradient,v⟩", [product]), again]);
    }

    /// <summary>
    /// A step of generation: the logits and the probabilities of the next token, and the keys and values with those of this position.
    /// </summary>
    public static Computation Decode(DecodedPosition position) => new(
        [
            new("logits", position.Logits), new("probabilities", position.Probabilities),
            .. position.Cached.Zip(position.Extended, (cached, extended) => new NamedExpression($"{cached.Name}'", extended, cached)),
        ],
        [.. position.Stream.Select(end => new Part(end.Name, [end.X])), new("output", [position.Logits, position.Probabilities])]);

    /// <summary>
    /// A step of generation as it is compiled for a GPT whose parameters do not change: fused, and with tables. A row of each table is a
    /// result, too.
    /// </summary>
    public static Computation DecodeCompiled(Gpt gpt)
    {
        var decode = Decode(new(gpt)).Fuse();
        var folded = CompiledDecoder.Tabulate(gpt, [.. decode.Results.Select(result => result.Expression)]);
        ImmutableArray<NamedExpression> results =
        [
            .. decode.Results.Zip(folded.Expressions, (result, x) => result with { Expression = x }),
            .. folded.Tables.Select(table => new NamedExpression($"a row of {table.Variable.Name}", table.Row)),
        ];
        return new(results,
        [
            new("tables", [.. folded.Tables.Select(table => table.Row)]),
            new("step", [.. folded.Expressions]),
        ]);
    }

    /// <summary>This computation, with the expressions of results and parts fused.</summary>
    public Computation Fuse()
    {
        ImmutableArray<Expr> written =
            [.. Results.Select(result => result.Expression).Concat(Parts.SelectMany(part => part.Outputs)).Distinct()];
        var fused = written.Zip(Fusion.FuseFamilies(Fusion.Fuse(written))).ToDictionary();
        return new(
            [.. Results.Select(result => result with { Expression = fused[result.Expression] })],
            [.. Parts.Select(part => part with { Outputs = [.. part.Outputs.Select(end => fused[end])] })]);
    }

    // The parts of the backward pass, one for each part of the forward pass, in reverse order. The outputs of a backward part are the
    // cotangent of the stream that enters the forward part, and the gradients of the parameters that no earlier forward part uses.
    private static IEnumerable<Part> Backward(ForwardPass forward, GradientMap<Variable, Expr> gradient)
    {
        var cotangents = forward.Loss.Cotangents().ToDictionary();
        var parts = Loss(forward).Parts;
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            var before = PostOrder<Expr>.Of([.. parts[..i].SelectMany(part => part.Outputs)]).Nodes.ToHashSet();
            var own = PostOrder<Expr>.Of(parts[i].Outputs.AsSpan()).Nodes.OfType<Variable>().Where(variable => !before.Contains(variable));
            yield return new($"backward of {parts[i].Name}",
                [.. i > 0 ? parts[i - 1].Outputs.Select(end => cotangents[end]) : [], .. own.Select(variable => gradient[variable])]);
        }
    }

    private static NamedExpression Named(ParameterUpdate update, int k)
    {
        var (expression, variable) = update.Results[k];
        return new(variable is null ? $"|∂loss/∂{update.Parameter.Name}|²" : $"{variable.Name}'", expression, variable);
    }

    public bool Equals(Computation? other) => other is not null && Results.ContentEquals(other.Results) && Parts.ContentEquals(other.Parts);

    public override int GetHashCode() => HashCode.Combine(Results.Length, Parts.Length);
}
