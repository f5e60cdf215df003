using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Text;

namespace MicroGpt.Checkpoints;

/// <summary>
/// Parameters that a run begins with: those of a safetensors file of another program whose tensors have the names of a checkpoint, or those
/// of a checkpoint.
/// </summary>
public abstract class Weights
{
    private Weights(string source) => Source = source;

    /// <summary>The name of the file.</summary>
    public string Source { get; }

    /// <summary>The weights in a file's bytes, or a problem that names the file <paramref name="source"/>.</summary>
    public static Either<Problem, Weights> Read(ReadOnlyMemory<byte> file, string source) =>
        FileContent.Recognize(file.Span, file.Length) switch
        {
            { Format: FileFormat.Checkpoint } => CheckpointFile.Read(file, source).Map<Weights>(saved => new Saved(source, saved)),
            { Format: FileFormat.Safetensors } => SafetensorsFile.Read(file)
                .MapLeft(reason => Refuse(source, reason)).Map<Weights>(content => new Foreign(source, content)),
            var content => Refuse(source, content),
        };

    /// <summary>The problem that the file <paramref name="source"/> has a content without weights.</summary>
    public static Problem Refuse(string source, FileContent content) => Refuse(source, $"it is {content.Description}", content.Remedy);

    private static Problem Refuse(string source, string reason, string? remedy = null) =>
        new($"{source} cannot be used as weights: {reason}; {remedy ?? "name a safetensors file"}.");

    /// <summary>
    /// The parameters of a model of this configuration that learns from the text of this tokenizer, or a problem for each size and each
    /// tensor that does not fit.
    /// </summary>
    public abstract Validation<Problem, Parameters> Fit(Configuration model, Tokenizer text);

    public sealed override string ToString() => Source;

    private Seq<Problem> Differ(string size, Option<int> own, int given, string reason) => own.Filter(number => number != given).ToSeq()
        .Map(number => Complain($"{reason}, so {size} is {number}, and the run has {given}; give --{size.Replace('_', '-')} {number}"));

    private Problem Complain(string clause) => new($"{Source}: {clause}.");

    private sealed class Saved(string source, Checkpoint checkpoint) : Weights(source)
    {
        public override Validation<Problem, Parameters> Fit(Configuration model, Tokenizer text)
        {
            var own = checkpoint.Configuration;
            var problems =
                Differ("n_embd", own.NEmbd, model.NEmbd, Reason) + Differ("n_head", own.NHead, model.NHead, Reason)
                + Differ("n_layer", own.NLayer, model.NLayer, Reason) + Differ("block_size", own.BlockSize, model.BlockSize, Reason);
            if (!text.Alphabet.SequenceEqual(checkpoint.Tokenizer.Alphabet))
                problems = problems.Add(Complain(
                    $"its alphabet is {Show(checkpoint.Tokenizer)}, and that of the text {Show(text)}; give such a text with --data"));
            if (text.Bos.IsSome != checkpoint.Tokenizer.Bos.IsSome)
                problems = problems.Add(Complain(
                    $"only one of it and the run has BOS; give --split {checkpoint.RunConfiguration.Split.Name}"));
            return problems.IsEmpty ? checkpoint.State.Parameters : problems;
        }

        private const string Reason = "it is a checkpoint of another model";

        private static string Show(Tokenizer tokenizer) => string.Concat(tokenizer.Alphabet).Quote();
    }

    private sealed class Foreign(string source, SafetensorsFile content) : Weights(source)
    {
        private const string Layer = "layer";

        private readonly ImmutableSortedDictionary<string, StoredTensor> tensors = content.Tensors;

        public override Validation<Problem, Parameters> Fit(Configuration model, Tokenizer text)
        {
            var own = OwnSizes(model);
            var definitions = own.Table.Definitions;
            var names = definitions.Select(definition => definition.Name).ToHashSet();
            if (!tensors.Keys.Any(names.Contains))
                return Complain("it has no matrix of a GPT, such as wte or layer0.attn_wq, "
                    + (tensors.IsEmpty ? "and no tensor at all" : $"but {Printing.Brief([.. tensors.Keys.Select(name => name.Quote())])}")
                    + "; give its matrices the names that a checkpoint has");
            var numbers = definitions.Select(definition => Numbers(definition, model.VocabSize)).ToImmutableArray();
            var problems =
                Differ("n_embd", own.NEmbd, model.NEmbd, $"its matrices have {own.NEmbd} columns")
                + Differ("n_layer", own.NLayer, model.NLayer, $"it has matrices of layer{own.NLayer - 1}")
                + Differ("block_size", own.BlockSize, model.BlockSize, $"its wpe has {own.BlockSize} rows")
                + numbers.SelectMany(found => found.FailToSeq()).ToSeq()
                + tensors.Keys.Except(names).Select(other => Complain($"{other.Quote()} is no matrix of this GPT; leave it out")).ToSeq();
            return problems.IsEmpty ? new Parameters(model.Table, [.. numbers.SelectMany(found => found.IfFail([]))]) : problems;
        }

        // The sizes that follow from the shapes; those of the run where none follow. The width is that of most matrices.
        private Configuration OwnSizes(Configuration model)
        {
            var width = tensors.Where(tensor => tensor.Key is "wte" or "wpe" or "lm_head" || LayerOf(tensor.Key) is not null)
                .Select(tensor => ToSize(tensor.Value.Type.Shape, axis: 1)).OfType<int>()
                .GroupBy(columns => columns).MaxBy(same => same.Count())?.Key ?? model.NEmbd;
            var layers = tensors.Keys.Select(LayerOf).OfType<int>().Distinct().Count();
            var block = tensors.GetValueOrDefault("wpe") is not { Type.Shape: var shape } ? null
                : ToSize(shape, axis: shape is [_, var columns] && columns != width ? 1 : 0);
            return Configuration.Create(width, 1, layers == 0 ? model.NLayer : layers, block ?? model.BlockSize, model.VocabSize)
                .IfFail(_ => model);
        }

        private static int? ToSize(ImmutableArray<long> shape, int axis) =>
            shape.Length == 2 && shape[axis] is > 0 and <= int.MaxValue ? (int)shape[axis] : null;

        private static int? LayerOf(string name) => name.StartsWith(Layer, StringComparison.Ordinal)
            && int.TryParse(name[Layer.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            ? layer : null;

        private Validation<Problem, ImmutableArray<double>> Numbers(ParameterDefinition matrix, int vocabSize)
        {
            var expected = $"it must be [{matrix.Rows}, {matrix.Columns}]";
            if (tensors.GetValueOrDefault(matrix.Name) is not { Type: var type } tensor)
                return Complain($"{matrix.Name} is missing; {expected}");
            var isTransposed = matrix.Rows != matrix.Columns && type.Shape.SequenceEqual([matrix.Columns, matrix.Rows]);
            if (isTransposed || !type.Shape.SequenceEqual([matrix.Rows, matrix.Columns]))
                return Complain($"{matrix.Name} is [{string.Join(", ", type.Shape)}]; {expected}"
                    + (isTransposed ? ", so transpose it"
                        : matrix.Rows == vocabSize && matrix.Name is "wte" or "lm_head"
                            ? $", for the text has {vocabSize} tokens; give the text of the model with --data" : ""));
            if (tensor.Numbers.Case is not ImmutableArray<double> numbers)
                return Complain($"{matrix.Name} is {type.DType}; it must be {StoredTensor.Readable}");
            return numbers.Index().FirstOrDefault(x => !double.IsFinite(x.Item)) is (var i, not 0 and var number)
                ? Complain(FormattableString.Invariant(
                    $"{matrix.Name}[{i / matrix.Columns}, {i % matrix.Columns}] is {number}; every weight must be finite"))
                : numbers;
        }
    }
}
