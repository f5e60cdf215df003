using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>Attention by tiles, for documents of several tiles.</summary>
[Trait("Speed", "Slow")]
public class TiledAttentionKernelFacts
{
    private const int Longest = 150;

    private static readonly Heads Heads = new(2, Longest);

    private static readonly Packing Packing = Packing.Of(1, 33, Longest, 64);

    public static TheoryData<int> HeadDims => [1, 5, 16, 36];

    // The tolerances are those of KernelFacts, for sums of up to 150 terms.
    [Theory, MemberData(nameof(HeadDims))]
    public void Attention_of_several_tiles_agrees_with_its_definition(int headDim)
    {
        Agrees<double>(headDim, 1e-12);
        Agrees<float>(headDim, 2e-5);
    }

    // A row of a document depends on no other document, so that each batch gives the same bits.
    [Theory, MemberData(nameof(HeadDims))]
    public void A_document_has_the_same_bits_alone_and_in_a_batch(int headDim)
    {
        var results = Results(headDim);
        var compiled = CompiledEvaluation.Compile<float>(results, Packing.Documents, Packing.Positions);
        var together = compiled(Bound(results, Packing, 0));
        for (var n = 0; n < Packing.Documents; n++)
        {
            var (start, end) = Packing.RowsOf(n);
            var alone = compiled(Bound(results, Packing.Of(end - start), start));
            for (var k = 0; k < results.Length; k++)
                Assert.Equal(
                    together[k].Entries[(start * alone[k].Columns)..(end * alone[k].Columns)].Select(x => x.Plain),
                    alone[k].Entries.Select(x => x.Plain));
        }
    }

    [Fact]
    public void A_score_of_infinity_or_NaN_is_never_lost()
    {
        var results = Results(headDim: 5);
        var compiled = CompiledEvaluation.Compile<float>(results, Packing.Documents, Packing.Positions);
        foreach (var poison in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            var inputs = Bound(results, Packing, 0);
            var (q, last) = (Variables(results).First(variable => variable.Name == "q"), Packing.Positions - 1);
            var poisoned = inputs.With(q, Matrix<Real>.Of(Packing.Positions, q.Shape.Columns, (i, j) =>
                i == last && j == 0 ? new(poison) : Entry(i, j, 0)));
            Assert.True(double.IsNaN(compiled(poisoned)[0][last, 0].Plain), $"{poison} is lost.");
        }
    }

    [Fact]
    public void Training_on_long_blocks_makes_no_matrix_of_positions_by_keys()
    {
        var configuration = Configuration.Create(nEmbd: 8, nHead: 2, nLayer: 1, Attention.LeastBlockSize, vocabSize: 3).OrThrow();
        var model = new Gpt(configuration).Model;
        var loss = Fusion.Fuse(model.Loss)[0];
        var gradient = loss.Backward();
        var nodes = PostOrder<Expr>.Of([loss, .. Fusion.Fuse([.. model.Variables.Select(variable => gradient[variable])])]).Nodes;
        Assert.Contains(nodes, node => node is Application { Operation: AttentionPullback });
        Assert.DoesNotContain(nodes, node => node.Shape.Columns >= configuration.BlockSize);
    }

    // Documents of 100 and of 40 positions: two tiles of queries in single precision, four in double. 1e-13 is some 500 roundoffs.
    [Fact]
    public void The_gradient_on_a_long_block_is_that_of_the_expression()
    {
        var (model, documents) = LongBlock();
        var parameters = Parameters.Draw(model.Table, PythonRandom.Seed(42)).Value;
        var batch = Batch.Of(model, documents);
        var (expected, found) = (
            Engines.Expression(model)(parameters, batch), CompiledEngine.Compile<double>(model, documents.Length)(parameters, batch));
        Assert.Equal(expected.Loss, found.Loss, 1e-13);
        Assert.All(expected.Gradient.Values.Zip(found.Gradient.Values), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-13));
    }

    [Fact]
    public void Threads_change_no_bit_of_training_on_long_blocks()
    {
        var (model, documents) = LongBlock();
        var data = new TrainingData(TrainingSchedule.Create(steps: 3, 0.01, documents.Length).OrThrow(), [.. documents]);
        var start = TrainingState.Start(Parameters.Draw(model.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var (alone, shared) = (Trained(new(1)), Trained(new(Threads: 2, LeastWork: 0)));
        Assert.Equal(alone.Parameters.Values.ToArray(), shared.Parameters.Values.ToArray());

        TrainingState Trained(Team team) =>
            CompiledTrainer.Compile<float>(model, data, Optimizers.Default, team).Steps(start, 3).OrThrow().State;
    }

    private static (LanguageModel Model, ImmutableArray<int>[] Documents) LongBlock()
    {
        var configuration = Configuration.Create(nEmbd: 8, nHead: 2, nLayer: 1, blockSize: 100, vocabSize: 5).OrThrow();
        return (new Gpt(configuration).Model, [.. new[] { 101, 41 }.Select(length =>
            Enumerable.Range(0, length).Select(i => i * i % 7 % 5).ToImmutableArray())]);
    }

    // A matrix of 100,000 positions by the keys of 4 heads would have 4·10¹⁰ entries, more than an array can hold.
    [Fact]
    public void A_block_of_a_hundred_thousand_positions_is_trained()
    {
        var configuration = Configuration.Create(nEmbd: 4, nHead: 4, nLayer: 1, blockSize: 100_000, vocabSize: 2).OrThrow();
        var data = new TrainingData(TrainingSchedule.Create(steps: 1, 0.01).OrThrow(), [[0, 1, 1, 0]]);
        var start = TrainingState.Start(Parameters.Draw(configuration.Table, PythonRandom.Seed(42)).Value, Optimizers.Default);
        var trainer = CompiledTrainer.Compile<float>(new Gpt(configuration).Model, data, Optimizers.Default, threads: 1);
        Assert.True(double.IsFinite(trainer.Steps(start, 1).OrThrow().Results[0].Loss));
    }

    private static void Agrees<T>(int headDim, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var results = Results(headDim);
        var inputs = Bound(results, Packing, 0);
        var (expected, found) = (
            Evaluation.Evaluate(results, inputs), CompiledEvaluation.Compile<T>(results, Packing.Documents, Packing.Positions)(inputs));
        for (var k = 0; k < results.Length; k++)
        {
            var bound = expected[k].Entries.Select(x => Math.Abs(x.Plain)).Append(2).Max() * tolerance;
            for (var i = 0; i < expected[k].Entries.Length; i++)
                Assert.True(Math.Abs(expected[k].Entries[i].Plain - found[k].Entries[i].Plain) <= bound,
                    $"{typeof(T).Name}: {results[k]}, entry {i} is {found[k].Entries[i].Plain}, not {expected[k].Entries[i].Plain}");
        }
    }

    // Both results of attention, and the cotangents of queries, keys and values.
    private static ImmutableArray<Expr> Results(int headDim)
    {
        var columns = headDim * Heads.Count;
        ImmutableArray<Expr> arguments = [.. new[] { "q", "k", "v" }.Select(name => new Variable(name, new(Extent.Positions, columns)))];
        var dy = new Variable("dy", new(Extent.Positions, columns));
        var (y, logSumExp) = (
            new Application(new Attention(Heads), arguments),
            new Application(new Attention(Heads) { Result = Attention.LogSumExp }, arguments));
        return
        [
            y, logSumExp,
            .. Enumerable.Range(0, 3).Select(k =>
                new Application(new AttentionPullback(Heads) { Result = k }, [.. arguments, y, logSumExp, dy])),
        ];
    }

    private static ImmutableArray<Variable> Variables(ImmutableArray<Expr> results) =>
        [.. PostOrder<Expr>.Of(results.AsSpan()).Nodes.OfType<Variable>()];

    // Entries between -2 and 2 that are exact in single precision. Row i has those of row `first` + i.
    private static Environment<Real> Bound(ImmutableArray<Expr> results, Packing packing, int first) => Variables(results).Index()
        .Aggregate(Environment<Real>.Of(Inputs.Of(packing)), (environment, variable) => environment.With(
            variable.Item,
            Matrix<Real>.Of(packing.Positions, variable.Item.Shape.Columns, (i, j) => Entry(first + i, j, variable.Index))));

    private static Real Entry(int i, int j, int k) => new(((i * 37 + j * 101 + k * 59) % 257 - 128) / 64.0);
}
