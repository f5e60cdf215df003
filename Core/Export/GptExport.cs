using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Export;

/// <summary>
/// The computations of a GPT as ONNX graphs. The tokens, targets and lengths of documents are lists of whole numbers. The axis documents
/// counts documents, positions counts the positions of all documents, and past counts cached positions.
/// </summary>
/// <param name="Gpt">The GPT.</param>
/// <param name="Type">The type of the floating-point numbers.</param>
/// <param name="Parameters">The parameters, which the file holds. Without them, each matrix of parameters is an input.</param>
public sealed record GptExport(Gpt Gpt, OnnxType Type, Option<Parameters> Parameters)
{
    private static readonly OnnxInput Tokens = new("tokens", OnnxType.Whole, "positions");
    private static readonly OnnxInput Targets = new("targets", OnnxType.Whole, "positions");
    private static readonly OnnxInput Lengths = new("lengths", OnnxType.Whole, "documents");

    /// <summary>The logits at each position of one document, from its tokens.</summary>
    public Validation<Problem, OnnxGraph> Logits() =>
        Export(OnnxPacking.OfOne(Type, Tokens), ParameterValues, [Tokens], [("logits", Gpt.Logits)], Forward[..^1]);

    /// <summary>The loss of documents, [1, 1], from their tokens, targets and lengths.</summary>
    public Validation<Problem, OnnxGraph> Loss() =>
        Export(Documents, ParameterValues, [Tokens, Targets, Lengths], [("loss", Gpt.Model.Loss)], Forward);

    /// <summary>The loss of documents, and its gradient with respect to each matrix of parameters.</summary>
    public Validation<Problem, OnnxGraph> Gradient()
    {
        var gradient = Gpt.Model.Loss.Backward();
        return Export(
            Documents, ParameterValues, [Tokens, Targets, Lengths],
            [("loss", Gpt.Model.Loss), .. Gpt.Model.Variables.Select(variable => ($"gradient.{variable.Name}", gradient[variable]))],
            [.. Forward, .. Backward(gradient)]);
    }

    /// <summary>
    /// A step of training: the loss of documents, and the parameters and slots after the step. Parameters, slots and the inputs of the
    /// optimizer's step, such as the learning rate, are inputs, so the caller feeds the results of one step to the next.
    /// </summary>
    public Validation<Problem, OnnxGraph> Training(Optimizer optimizer)
    {
        var gradient = Gpt.Model.Loss.Backward();
        var step = new OptimizerStep(optimizer, Gpt.Model.Variables, [.. Gpt.Model.Variables.Select(variable => gradient[variable])]);
        var results = step.Results.Where(result => result.Variable is not null).ToImmutableArray();
        return Export(
            Documents, Inputs([.. step.Inputs, .. results.Select(result => result.Variable!)]), [Tokens, Targets, Lengths],
            [("loss", Gpt.Model.Loss), .. results.Select(result => ($"new.{result.Variable!.Name}", result.Expression))],
            [
                .. Forward, .. Backward(gradient),
                .. from update in step.Updates
                   from result in update.Results
                   where result.Variable is not null
                   select ($"optimizer/{Folder(update.Parameter.Name)}", result.Expression),
            ]);
    }

    /// <summary>
    /// A step of generation: the logits of the token after the given one, [1, vocab_size], and the keys and values of each layer with one
    /// more row. The keys and values of the earlier positions are inputs; a document begins with none.
    /// </summary>
    public Validation<Problem, OnnxGraph> Step()
    {
        var (position, parameters, width) = (new DecodedPosition(Gpt), ParameterValues, $"{Gpt.Configuration.NEmbd}");
        var token = new OnnxInput("token", OnnxType.Whole, "1");
        ImmutableArray<OnnxInput> past = [.. position.Cached.Select(cached => new OnnxInput($"past.{cached.Name}", Type, "past", width))];
        var length = past[0].Length;
        var values = parameters
            .Concat(position.Cached.Zip(past, (cached, rows) => (Variable: cached, Value: Fill(rows, length, cached.Shape))))
            .ToDictionary(each => each.Variable, each => each.Value);
        return new ExpressionExport(OnnxPacking.At(Type, length), variable => values[variable],
                indices => indices == IndexInput.Positions ? length : token)
            .Map([position.Logits, .. position.Extended])
            .Map(mapped => OnnxGraph.Of(
                [token, .. past, .. parameters.Select(each => each.Value).OfType<OnnxInput>()],
                [
                    new("logits", mapped.Values[0], Type, ExpressionExport.AxesOf(new(1, Gpt.Configuration.VocabSize))),
                    .. position.Cached.Select((cached, k) => new OnnxOutput(
                        $"present.{cached.Name}", mapped.Values[1 + k].Slice(OnnxTensor.Of(0), length.Add(OnnxTensor.Of(1))),
                        Type, "past + 1", width)),
                ],
                mapped.Scopes));
    }

    // Some rows, and below them zeros up to the rows of a shape.
    private OnnxValue Fill(OnnxValue rows, OnnxValue length, Shape shape) => rows.Concat(OnnxTensor.Of(Type, 0).Expand(
        OnnxTensor.Of(shape.Rows.IfFixed!.Value).Subtract(length).Concat(OnnxTensor.Of(shape.Columns))));

    private OnnxPacking Documents => OnnxPacking.Of(Type, Lengths);

    // The parameters as tensors of the file, or as inputs.
    private ImmutableArray<(Variable Variable, OnnxValue Value)> ParameterValues => Parameters.Match(
        Some: parameters => [.. Gpt.Model.Variables.Zip(parameters.Matrices(x => x), (variable, matrix) =>
            (variable, (OnnxValue)OnnxTensor.Of(Type, matrix, variable.Name)))],
        None: () => Inputs([.. Gpt.Model.Variables]));

    private ImmutableArray<(Variable Variable, OnnxValue Value)> Inputs(ImmutableArray<Variable> variables) => [.. variables.Select(
        variable => (variable, (OnnxValue)new OnnxInput(variable.Name, Type, ExpressionExport.AxesOf(variable.Shape))))];

    private Validation<Problem, OnnxGraph> Export(
        OnnxPacking packing, ImmutableArray<(Variable Variable, OnnxValue Value)> variables, ImmutableArray<OnnxInput> inputs,
        ImmutableArray<(string Name, Expr Value)> outputs, ImmutableArray<(string Name, Expr Expression)> scopes)
    {
        var values = variables.ToDictionary(each => each.Variable, each => each.Value);
        return new ExpressionExport(packing, variable => values[variable], Column)
            .Map([.. outputs.Select(output => output.Value)], scopes)
            .Map(mapped => OnnxGraph.Of(
                [.. inputs, .. variables.Select(each => each.Value).OfType<OnnxInput>()],
                [.. outputs.Select((output, k) =>
                    new OnnxOutput(output.Name, mapped.Values[k], Type, ExpressionExport.AxesOf(output.Value.Shape)))],
                mapped.Scopes));

        OnnxValue Column(Indices indices) =>
            indices == IndexInput.Positions ? packing.PositionOf : indices == IndexInput.Targets ? Targets : Tokens;
    }

    private ImmutableArray<(string Name, Expr Expression)> Forward =>
        [.. Gpt.Stream.Select(stage => (Folder(stage.Name), stage.X)), ("logits", Gpt.Logits), ("loss", Gpt.Model.Loss)];

    // The backward pass reaches the variables in the reverse of the order in which the loss needs them. The first gradient that needs a
    // node is that of a variable in the same part of the model.
    private IEnumerable<(string Name, Expr Expression)> Backward(GradientMap<Variable, Expr> gradient)
    {
        var order = PostOrder<Expr>.Of([.. Forward.Select(scope => scope.Expression)]);
        var scopeOf = FirstRoot.Of(order);
        return order.Nodes.Index().Where(node => node.Item is Variable).Reverse()
            .Select(node => ($"backward/{Forward[scopeOf[node.Index]].Name}", gradient[(Variable)node.Item]));
    }

    private static string Folder(string name) => name.Replace('.', '/');
}
