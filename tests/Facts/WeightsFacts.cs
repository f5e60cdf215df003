using System.Collections.Immutable;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;

namespace MicroGpt.Facts;

/// <summary>Weights of safetensors files of other programs: what fits becomes parameters, and every misfit is told.</summary>
public class WeightsFacts
{
    private static readonly Tokenizer Text = Tokenizer.Of(new(["ab"]));
    private static readonly Configuration Model = Configuration.Create(4, 2, 2, 3, Text.VocabSize).OrThrow();
    private static readonly Parameters Drawn = Parameters.Draw(Model.Table, PythonRandom.Seed(1)).Value;

    private static ImmutableArray<Tensor> Tensors =>
        [.. Model.Table.Definitions.Zip(Drawn.Matrices(x => x), (matrix, values) =>
            new Tensor(matrix.Name, "F64", [matrix.Rows, matrix.Columns], values.Entries))];

    [Fact]
    public void Matrices_in_any_order_become_the_parameters() =>
        Assert.Equal(Drawn, Fit([.. Tensors.Reverse()]).OrThrow());

    // The numbers -1.5, 0.25 and 3 in each format.
    [Theory]
    [InlineData("F64", "000000000000F8BF", "000000000000D03F", "0000000000000840")]
    [InlineData("F32", "0000C0BF", "0000803E", "00004040")]
    [InlineData("F16", "00BE", "0034", "0042")]
    [InlineData("BF16", "C0BF", "803E", "4040")]
    public void Each_format_of_floating_point_numbers_is_read(string format, params string[] bytes) => Assert.Equal(
        [-1.5, 0.25, 3],
        new StoredTensor(new(format, [3]), bytes.SelectMany(Convert.FromHexString).ToArray()).Numbers.IfNone([]).AsEnumerable());

    [Fact]
    public void Other_formats_are_not_read() =>
        Assert.True(new StoredTensor(new("I64", [1]), new byte[8]).Numbers.IsNone);

    [Fact]
    public void Sizes_of_the_file_that_the_run_does_not_have_are_told_with_their_options() => Assert.Equal(
        [
            "w: its matrices have 4 columns, so n_embd is 4, and the run has 8; give --n-embd 4.",
            "w: it has matrices of layer1, so n_layer is 2, and the run has 1; give --n-layer 2.",
            "w: its wpe has 3 rows, so block_size is 3, and the run has 16; give --block-size 3.",
        ],
        Sentences(Tensors, Configuration.Create(8, 2, 1, 16, Text.VocabSize).OrThrow()));

    [Fact]
    public void Every_tensor_that_does_not_fit_is_told() => Assert.Equal(
        [
            "w: wte is [4, 4]; it must be [3, 4], for the text has 3 tokens; give the text of the model with --data.",
            "w: wpe[1, 2] is NaN; every weight must be finite.",
            "w: lm_head is I64; it must be F64, F32, F16 or BF16.",
            "w: layer0.attn_wv is missing; it must be [4, 4].",
            "w: layer0.mlp_fc1 is [4, 16]; it must be [16, 4], so transpose it.",
            "w: layer1.attn_wq is [16]; it must be [4, 4].",
            "w: “adam.m.wte” is no matrix of this GPT; leave it out.",
            "w: “layer0.bias” is no matrix of this GPT; leave it out.",
        ],
        Sentences(
        [
            .. from tensor in Tensors
               where tensor.Name != "layer0.attn_wv"
               select tensor.Name switch
               {
                   "wte" => tensor with { Shape = [4, 4], Numbers = Numbers(16) },
                   "wpe" => tensor with { Numbers = tensor.Numbers.SetItem(6, double.NaN) },
                   "lm_head" => tensor with { Format = "I64" },
                   "layer0.mlp_fc1" => tensor with { Shape = [4, 16] },
                   "layer1.attn_wq" => tensor with { Shape = [16] },
                   _ => tensor,
               },
            new("layer0.bias", "F64", [1], Numbers(1)),
            new("adam.m.wte", "F64", [3, 4], Numbers(12)),
        ]));

    [Fact]
    public void A_file_of_another_model_is_told_by_its_names() => Assert.Equal(
        [
            "w: it has no matrix of a GPT, such as wte or layer0.attn_wq, but “a”, “b”; give its matrices the names that a checkpoint has.",
        ],
        Sentences([new("a", "F64", [1], Numbers(1)), new("b", "F64", [1], Numbers(1))]));

    [Fact]
    public void A_file_without_tensors_is_told() => Assert.Equal(
        [
            "w: it has no matrix of a GPT, such as wte or layer0.attn_wq, and no tensor at all; "
                + "give its matrices the names that a checkpoint has.",
        ],
        Sentences([]));

    // Shapes can claim any size: [0, n] has no bytes.
    [Fact]
    public void Shapes_that_no_model_has_are_told_without_a_table_of_their_size() => Assert.All(
        Sentences([.. Tensors.Select(tensor => tensor with { Shape = [0, int.MaxValue], Numbers = [] })]),
        sentence => Assert.Matches(@"^w: [a-z0-9_.]+ is \[0, 2147483647\]; it must be ", sentence));

    private static string[] Sentences(ImmutableArray<Tensor> tensors, Configuration? model = null) =>
        Fit(tensors, model).Sentences();

    private static LanguageExt.Validation<Problem, Parameters> Fit(ImmutableArray<Tensor> tensors, Configuration? model = null) =>
        Weights.Read(Tensor.Write(tensors), "w").OrThrow().Fit(model ?? Model, Text);

    private static ImmutableArray<double> Numbers(int count) => [.. new double[count]];

    private sealed record Tensor(string Name, string Format, ImmutableArray<long> Shape, ImmutableArray<double> Numbers)
    {
        public static byte[] Write(ImmutableArray<Tensor> tensors) =>
        [
            .. SafetensorsFile.WriteHeader([], tensors.Select(tensor => (tensor.Name, new TensorType(tensor.Format, tensor.Shape)))),
            .. tensors.SelectMany(tensor => tensor.Numbers).SelectMany(BitConverter.GetBytes),
        ];
    }
}
