using System.Reflection;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>Every value of Core prints itself, in a line or a few.</summary>
public class PrintingFacts
{
    private static readonly Variable A = new("a", Shape.Scalar), B = new("b", Shape.Scalar);

    private static readonly Configuration Tiny = Configuration.Create(nEmbd: 2, nHead: 1, nLayer: 1, blockSize: 2, vocabSize: 2).OrThrow();

    private static readonly RunningText Running = RunningText.Create("a text", [0, 1, 0, 1, 0], blockSize: 2).OrThrow();

    public static TheoryData<string, object> Texts => new()
    {
        { "a : [1, 1]", A },
        { "%0 = a : [1, 1]\n%1 = b : [1, 1]\n%2 = mul %0 %1 : [1, 1]", Expr.Apply(new Mul(), A, B) },
        { "mean-rows", new MeanRows() },
        { "exp", new Pointwise<Exp>(new()) },
        { "8", new Real(8) },
        { "(8 + 0.5ε)", new Dual<Real>(new(8), new(0.5)) },
        { "anything", Bounds.Everything },
        { "[0.5, 2]", new Bounds(0.5, 2) },
        { "2 in [2, 2]", Autograd.Interval.Constant(2) },
        { "2 ~ 2", Modular.Constant(2) },
        { "2 (variable)", Value<Real>.Variable(new(2)) },
        { "2 (constant)", Value<Real>.Constant(2) },
        { "4 (1 parent)", Value<Real>.Variable(new(2)) * 2 },
        { "a : [1, 1] → 1 : [1, 1]", A.Backward() },
        { "2 (variable) → 1", Value<Real>.Variable(new(2)).Backward() },
        { "[2, 3]: 0, 1, 2, 3, … 2 more", Matrix<Real>.Of(2, 3, (i, j) => new(3 * i + j)) },
        { "[positions, 16]", new Shape(Extent.Positions, 16) },
        { "tokens", IndexInput.Tokens },
        { "wte [2, 2]", Tiny.Table.Definitions[0] },
        { "60 parameters: wte [2, 2], wpe [2, 2], lm_head [2, 2], layer0.attn_wq [2, 2], … 5 more", Tiny.Table },
        { "language model of 60 parameters: wte [2, 2], wpe [2, 2], lm_head [2, 2], layer0.attn_wq [2, 2], … 5 more", new Gpt(Tiny).Model },
        { "documents of 3, 5 rows", Packing.Of(3, 5) },
        { "a document's row at position 4", Packing.At(4) },
        { "documents of 2 rows; positions 0, 1; targets 0, 1; tokens 1, 0", Batch.Of(new Gpt(Tiny).Model, [1, 0, 1]) },
        { "no documents; a = [1, 1]: 2", Environment<Real>.Of(Inputs.None).With(A, new(1, 1, [new(2)])) },
        { "no documents; a = [1, 1]: 2; b = [1, 1]: 3",
            Environment<Real>.Of(Inputs.None).With(B, new(1, 1, [new(3)])).With(A, new(1, 1, [new(2)])) },
        { "2 nodes", PostOrder<Expr>.Of(A, B) },
        { "n_embd 2, n_head 1, n_layer 1, block_size 2, vocab_size 2", Tiny },
        { "GPT of n_embd 2, n_head 1, n_layer 1, block_size 2, vocab_size 2", new Gpt(Tiny) },
        { "60 numbers: 0, 0, 0, 0, … 56 more", Parameters.Zero(Tiny.Table) },
        { "2 documents: anna, bob", new Corpus(["anna", "bob"]) },
        { "5 tokens: a, b, n, o, BOS", Tokenizer.Of(new(["anna", "bob"])) },
        { "word 624 of 624", PythonRandom.Seed(42) },
        { "word 2 of 624", PythonRandom.Seed(42).Random().Next },
        { "word 4 of 624 and a spare gaussian", PythonRandom.Seed(42).Gauss(0, 1).Next },
        { "0 positions", KeyValueCache.Empty },
        { "1/temperature : [positions, 2]", new DecodedPosition(new Gpt(Tiny)).InverseTemperature },
        { "tokens 1 0", new GeneratedDocument([1], [new([0.75, 0.25], 0)], PythonRandom.Seed(1)) },
        { "greedy", Temperature.Greedy },
        { "temperature 0.5", (Temperature)0.5 },
        { "token 1 of probability 0.25", new TokenChoice([0.75, 0.25], 1) },
        { "log p -1.38629 of 1 tokens", new Score([new([0.75, 0.25], 1)]) },
        { "loss 2.5, gradient norm 5", new StepResult(2.5, [3, 4]) },
        { "adam on 9 matrices", OptimizerStep.Of(new Adam(), Tiny.Table) },
        { "5 tokens in windows of 2 positions", Running },
        { $"documents of up to 3 tokens, {TrainingSchedule.Default}", new TrainingData(TrainingSchedule.Default, Running, seed: 1) },
    };

    [Theory, MemberData(nameof(Texts))]
    public void A_value_prints_itself(string text, object value) => Assert.Equal(text, $"{value}");

    [Fact]
    public void Every_public_type_of_Core_has_a_text_of_its_own()
    {
        var mute =
            from type in typeof(Gpt).Assembly.GetExportedTypes()
            where type is { IsAbstract: false, IsEnum: false, IsSpecialName: false } && type.Namespace != "MicroGpt.Compilation"
            where !type.IsAssignableTo(typeof(Delegate)) && !type.IsAssignableTo(typeof(Exception))
            where !type.IsAssignableTo(typeof(IUnaryOp)) && !type.IsAssignableTo(typeof(IBinaryOp)) // which have a name
            let text = type.GetMethod(nameof(ToString), BindingFlags.Instance | BindingFlags.Public, [])!
            where text.DeclaringType == typeof(object) || text.DeclaringType == typeof(ValueType)
            select type.Name;
        Assert.Empty(mute);
    }

    [Fact]
    public void A_decoded_position_prints_its_logits()
    {
        var position = new DecodedPosition(new Gpt(Tiny));
        Assert.Equal($"{position.Logits}", $"{position}");
    }

    [Fact]
    public void A_large_expression_is_cut_to_its_last_lines()
    {
        var lines = $"{new Gpt(Tiny).Model.Loss}".Split('\n');
        Assert.Equal(9, lines.Length);
        Assert.Matches(@"^… \d+ more$", lines[0]);
        Assert.EndsWith(" : [1, 1]", lines[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Neither_depth_nor_sharing_keeps_an_expression_from_printing(int uses)
    {
        Expr deep = A;
        for (var i = 0; i < 100_000; i++) deep = uses == 1 ? Expr.Apply(new Exp(), deep) : Expr.Apply(new Mul(), deep, deep);
        Assert.StartsWith("… 99993 more\n", $"{deep}");
        Assert.EndsWith($"%100000 = {(uses == 1 ? "exp %99999" : "mul %99999 %99999")} : [1, 1]", $"{deep}");
    }

    [Fact]
    public void A_deep_graph_of_numbers_prints_itself()
    {
        var deep = Value<Real>.Variable(new(1));
        for (var i = 0; i < 100_000; i++) deep *= deep;
        Assert.Equal("1 (2 parents)", $"{deep}");
    }
}
