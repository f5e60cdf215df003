using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;

namespace MicroGpt.Export;

/// <summary>A step of generation as an ONNX graph.</summary>
public static class GenerationExport
{
    /// <summary>
    /// The logits of the token after a given one, [1, vocab_size], and the keys and values of each layer with one more row. The keys and
    /// values of the earlier positions are inputs, [past, n_embd]; a document begins with none. The file holds the parameters; without
    /// them, each matrix of parameters is an input.
    /// </summary>
    public static Validation<Problem, OnnxGraph> Step(Gpt gpt, OnnxType type, Option<Parameters> parameters)
    {
        var stored = ModelExport.ValuesOf(gpt.Model, type, parameters);
        var (position, width) = (new DecodedPosition(gpt), $"{gpt.Configuration.NEmbd}");
        var token = new OnnxInput("token", OnnxType.Whole, "1");
        ImmutableArray<OnnxInput> past = [.. position.Cached.Select(cached => new OnnxInput($"past.{cached.Name}", type, "past", width))];
        var length = past[0].Length;
        var values = stored
            .Concat(position.Cached.Zip(past, (cached, rows) => (Variable: cached, Value: Fill(type, rows, length, cached.Shape))))
            .ToDictionary(each => each.Variable, each => each.Value);
        return new ExpressionExport(
                OnnxPacking.At(type, length), variable => values[variable],
                indices => indices == IndexInput.Positions ? length : token)
            .Map(
                [position.Logits, .. position.Extended],
                [.. position.Stream.Select(part => (ModelExport.Folder(part.Name), part.X)), ("logits", position.Logits)])
            .Map(mapped => OnnxGraph.Of(
                [token, .. past, .. stored.Select(each => each.Value).OfType<OnnxInput>()],
                [
                    new("logits", mapped.Values[0], type, ExpressionExport.AxesOf(new(1, gpt.Configuration.VocabSize))),
                    .. position.Cached.Select((cached, k) => new OnnxOutput(
                        $"present.{cached.Name}", mapped.Values[1 + k].Slice(OnnxTensor.Of(0), length.Add(OnnxTensor.Of(1))),
                        type, "past + 1", width)),
                ],
                mapped.Scopes));
    }

    // Some rows, and below them zeros up to the rows of a shape.
    private static OnnxValue Fill(OnnxType type, OnnxValue rows, OnnxValue length, Shape shape) =>
        rows.Concat(OnnxTensor.Of(type, 0).Expand(
            OnnxTensor.Of(shape.Rows.IfFixed!.Value).Subtract(length).Concat(OnnxTensor.Of(shape.Columns))));
}
