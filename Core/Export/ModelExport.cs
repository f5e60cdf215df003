using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Export;

/// <summary>
/// The computations of a language model as ONNX graphs. Each column of indices, such as tokens, and the lengths of documents are lists of
/// whole numbers. The axis documents counts documents, and the axis positions counts the positions of all documents.
/// </summary>
public sealed class ModelExport
{
    private static readonly OnnxInput Lengths = new("lengths", OnnxType.Whole, "documents");

    private readonly LanguageModel model;
    private readonly OnnxType type;
    private readonly Option<Parameters> parameters;
    private readonly ImmutableArray<(string Name, Expr X)> parts;
    private readonly ImmutableDictionary<Indices, OnnxInput> columns;

    /// <summary>The export of a model, in a type of floating-point numbers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">The type of the floating-point numbers.</param>
    /// <param name="parameters">The parameters, which the file holds. Without them, each matrix of parameters is an input.</param>
    /// <param name="parts">The results of the parts of the model, in order. A part is a level of the names of nodes.</param>
    public ModelExport(
        LanguageModel model, OnnxType type, Option<Parameters> parameters, params ImmutableArray<(string Name, Expr X)> parts)
    {
        (this.model, this.type, this.parameters, this.parts) = (model, type, parameters, parts);
        columns = model.Inputs.ToImmutableDictionary(
            input => (Indices)input, input => new OnnxInput($"{input}".Replace(' ', '_'), OnnxType.Whole, "positions"));
    }

    /// <summary>The logits at each position of one document, from its tokens. A model without logits is a problem.</summary>
    public Validation<Problem, OnnxGraph> Logits() =>
        model.Logits.ToValidation(new Problem("The model has no logits; export its loss, gradient or training step."))
            .Bind(logits => Export(
                OnnxPacking.OfOne(type, columns[IndexInput.Tokens]), ParameterValues, Columns(except: IndexInput.Targets),
                [("logits", logits)], Parts));

    /// <summary>The loss of documents, [1, 1].</summary>
    public Validation<Problem, OnnxGraph> Loss() => Export(Documents, ParameterValues, Batch, [("loss", model.Loss)], Forward);

    /// <summary>The loss of documents, and its gradient with respect to each matrix of parameters.</summary>
    public Validation<Problem, OnnxGraph> Gradient()
    {
        var gradient = model.Loss.Backward();
        return Export(
            Documents, ParameterValues, Batch,
            [("loss", model.Loss), .. model.Variables.Select(variable => ($"gradient.{variable.Name}", gradient[variable]))],
            [.. Forward, .. Backward(gradient)]);
    }

    /// <summary>
    /// A step of training: the loss of documents, the logits before the step, and the parameters and slots after it. Parameters, slots and
    /// the inputs of the optimizer's step, such as the learning rate, are inputs, so the caller feeds the results of one step to the next.
    /// </summary>
    public Validation<Problem, OnnxGraph> Training(Optimizer optimizer)
    {
        var gradient = model.Loss.Backward();
        var step = new OptimizerStep(optimizer, model.Variables, [.. model.Variables.Select(variable => gradient[variable])]);
        var results = step.Results.Where(result => result.Variable is not null).ToImmutableArray();
        return Export(
            Documents, Inputs(type, [.. step.Inputs, .. results.Select(result => result.Variable!)]), Batch,
            [
                ("loss", model.Loss), .. model.Logits.Map(logits => ("logits", logits)),
                .. results.Select(result => ($"new.{result.Variable!.Name}", result.Expression)),
            ],
            [
                .. Forward, .. Backward(gradient),
                .. from update in step.Updates
                   from result in update.Results
                   where result.Variable is not null
                   select ($"optimizer/{Folder(update.Parameter.Name)}", result.Expression),
            ]);
    }

    /// <summary>The values of parameters: tensors that the file holds, or inputs.</summary>
    internal static ImmutableArray<(Variable Variable, OnnxValue Value)> ValuesOf(
        LanguageModel model, OnnxType type, Option<Parameters> parameters) => parameters.Match(
        Some: values => [.. model.Variables.Zip(values.Matrices(x => x), (variable, matrix) =>
            ((Variable)variable, (OnnxValue)OnnxTensor.Of(type, matrix, variable.Name)))],
        None: () => Inputs(type, [.. model.Variables]));

    /// <summary>The name of a part or a matrix, such as layer0.attn_wq, as levels of the name of a node.</summary>
    internal static string Folder(string name) => name.Replace('.', '/');

    private static ImmutableArray<(Variable Variable, OnnxValue Value)> Inputs(OnnxType type, ImmutableArray<Variable> variables) =>
        [.. variables.Select(variable =>
            (variable, (OnnxValue)new OnnxInput(variable.Name, type, ExpressionExport.AxesOf(variable.Shape))))];

    private ImmutableArray<(Variable Variable, OnnxValue Value)> ParameterValues => ValuesOf(model, type, parameters);

    private OnnxPacking Documents => OnnxPacking.Of(type, Lengths);

    // The inputs of a batch. Positions are none: the lengths tell them.
    private ImmutableArray<OnnxInput> Batch => [.. Columns(except: null), Lengths];

    private ImmutableArray<OnnxInput> Columns(IndexInput? except) =>
        [.. model.Inputs.Where(input => input != IndexInput.Positions && input != except).Select(input => columns[input])];

    private Validation<Problem, OnnxGraph> Export(
        OnnxPacking packing, ImmutableArray<(Variable Variable, OnnxValue Value)> variables, ImmutableArray<OnnxInput> inputs,
        ImmutableArray<(string Name, Expr Value)> outputs, ImmutableArray<(string Name, Expr Expression)> scopes)
    {
        var values = variables.ToDictionary(each => each.Variable, each => each.Value);
        return new ExpressionExport(
                packing, variable => values[variable],
                indices => indices == IndexInput.Positions ? packing.PositionOf : columns[indices])
            .Map([.. outputs.Select(output => output.Value)], scopes)
            .Map(mapped => OnnxGraph.Of(
                [.. inputs, .. variables.Select(each => each.Value).OfType<OnnxInput>()],
                [.. outputs.Select((output, k) =>
                    new OnnxOutput(output.Name, mapped.Values[k], type, ExpressionExport.AxesOf(output.Value.Shape)))],
                mapped.Scopes));
    }

    private ImmutableArray<(string Name, Expr Expression)> Parts =>
        [.. parts.Select(part => (Folder(part.Name), part.X)), .. model.Logits.Map(logits => ("logits", logits))];

    public override string ToString() => $"ONNX export of {model}";

    private ImmutableArray<(string Name, Expr Expression)> Forward => [.. Parts, ("loss", model.Loss)];

    // The backward pass reaches the variables in the reverse of the order in which the loss needs them. The first gradient that needs a
    // node is that of a variable in the same part of the model.
    private IEnumerable<(string Name, Expr Expression)> Backward(GradientMap<Variable, Expr> gradient)
    {
        var forward = Forward;
        var order = PostOrder<Expr>.Of([.. forward.Select(scope => scope.Expression)]);
        var scopeOf = FirstRoot.Of(order);
        return order.Nodes.Index().Where(node => node.Item is Variable).Reverse()
            .Select(node => ($"backward/{forward[scopeOf[node.Index]].Name}", gradient[(Variable)node.Item]));
    }
}
