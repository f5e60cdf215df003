using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Facts;

/// <summary>The compiled decoder: tables in place of what depends only on a token and its position, and kernels of one row.</summary>
public class DecoderFacts
{
    /// <summary>Sizes with heads that divide a vector, heads that do not, and heads wider than a vector.</summary>
    public static TheoryData<int, int, int> Sizes =>
        new() { { 16, 4, 1 }, { 8, 4, 2 }, { 6, 2, 1 }, { 24, 1, 1 }, { 64, 4, 1 }, { 36, 2, 2 } };

    private static readonly ImmutableArray<int> Tokens = [4, 0, 3, 3, 1];

    private static (Gpt Gpt, Parameters Parameters) Model(int nEmbd, int nHead, int nLayer)
    {
        var configuration = Configuration.Create(nEmbd, nHead, nLayer, blockSize: 5, vocabSize: 5).OrThrow();
        return (new(configuration), Parameters.Draw(configuration.Table, PythonRandom.Seed(1)).Value);
    }

    // Rounding errors of two orders of summation: 1e-12 is some 10,000 roundoffs.
    [Theory, MemberData(nameof(Sizes))]
    public void A_step_with_tables_has_the_value_of_the_step(int nEmbd, int nHead, int nLayer)
    {
        var (gpt, parameters) = Model(nEmbd, nHead, nLayer);
        var position = new DecodedPosition(gpt);
        ImmutableArray<Expr> step = [position.Logits, .. position.Extended];
        var folded = Tabulation.Fold(step, gpt.Model.Variables.ToHashSet<Variable>(), most: 10_000);
        Assert.Equal(4, folded.Tables.Length); // the embedding, and the queries, keys and values of layer 0
        Assert.Equal(25, folded.Rows);

        var environment = gpt.Model.Bind(parameters.Matrices(x => new Real(x)), DecodedPosition.Inputs(position: 2, token: 3));
        foreach (var cached in position.Cached)
            environment = environment.With(cached, Matrix<Real>.Of(5, nEmbd, (i, j) => new(i < 2 ? Math.Sin(i + j) : 0)));
        var number = 3 * folded.StrideOf(IndexInput.Tokens) + 2 * folded.StrideOf(IndexInput.Positions);
        var withTables = Environment<Real>.Of(environment.Inputs.With(folded.Number, [number]));
        foreach (var cached in position.Cached) withTables = withTables.With(cached, environment[cached]);
        foreach (var parameter in gpt.Model.Variables) withTables = withTables.With(parameter, environment[parameter]);
        foreach (var table in folded.Tables)
        {
            var row = table.Row.Evaluate(environment);
            withTables = withTables.With(table.Variable, Matrix<Real>.Of(folded.Rows, row.Columns, (i, j) =>
                i == number ? row[0, j] : new(double.NaN)));
        }
        foreach (var (expected, found) in Evaluation.Evaluate(step, environment).Zip(Evaluation.Evaluate(folded.Expressions, withTables)))
            Assert.Equal(expected.Entries.Select(x => x.Plain), found.Entries.Select(x => x.Plain));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Tables_change_no_bit(int nEmbd, int nHead, int nLayer)
    {
        AgreeIn<double>();
        AgreeIn<float>();

        void AgreeIn<T>() where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var (gpt, parameters) = Model(nEmbd, nHead, nLayer);
            var position = new DecodedPosition(gpt);
            var step = Fusion.Fuse([position.Logits, position.Probabilities, .. position.Extended]);
            var (tables, none) = (Workspace(most: 10_000), Workspace(most: 0));
            // The second time, all rows are known.
            foreach (var _ in Enumerable.Range(0, 2))
            {
                var (cache, other) = (KeyValueCache.Empty, KeyValueCache.Empty);
                foreach (var token in Tokens)
                {
                    (var logits, cache) = tables.Step(cache, token);
                    (var expected, other) = none.Step(other, token);
                    Assert.Equal(expected.AsEnumerable(), logits);
                }
            }

            DecoderWorkspace<T> Workspace(int most) => new(
                gpt, parameters, position, Tabulation.Fold(step, gpt.Model.Variables.ToHashSet<Variable>(), most), default);
        }
    }

    [Fact]
    public void Nothing_is_folded_that_depends_on_a_cache_or_on_several_rows()
    {
        var (gpt, _) = Model(8, 2, 1);
        var loss = Tabulation.Fold([gpt.Model.Loss], gpt.Model.Variables.ToHashSet<Variable>(), most: 10_000);
        Assert.Equal(4, loss.Tables.Length); // as far as attention, and no further
        var table = new Variable("w", new(3, 4));
        var rows = table.Gather(IndexInput.Tokens);
        Assert.Empty(Tabulation.Fold([rows, rows.SumRows()], new HashSet<Variable> { table }, most: 10_000).Tables);
        Assert.Empty(Tabulation.Fold([rows.Relu()], new HashSet<Variable>(), most: 10_000).Tables);
        Assert.Empty(Tabulation.Fold([rows.Relu()], new HashSet<Variable> { table }, most: 11).Tables);
        Assert.Single(Tabulation.Fold([rows.Relu()], new HashSet<Variable> { table }, most: 12).Tables);
    }

    // 1e-12 and 1e-5 are some 10,000 and 200 roundoffs of numbers about 1.
    [Theory, MemberData(nameof(Sizes))]
    public void Kernels_of_one_row_agree_with_the_reference(int nEmbd, int nHead, int nLayer)
    {
        var (gpt, parameters) = Model(nEmbd, nHead, nLayer);
        var reference = Decoder.Of(gpt, parameters);
        foreach (var (decoder, tolerance) in new[]
        {
            (CompiledDecoder.Compile<double>(gpt, parameters), 1e-12), (CompiledDecoder.Compile<float>(gpt, parameters), 1e-5),
        })
        {
            var (cache, other) = (KeyValueCache.Empty, KeyValueCache.Empty);
            foreach (var token in Tokens)
            {
                var (logits, expected) = (decoder.Step(cache, token).Logits, reference.Step(other, token).Logits);
                for (var j = 0; j < logits.Length; j++) Assert.Equal(expected[j], logits[j], tolerance);
                (var probabilities, cache) = decoder.Predict(cache, token, 0.5);
                (var predicted, other) = reference.Predict(other, token, 0.5);
                for (var j = 0; j < logits.Length; j++) Assert.Equal(predicted[j], probabilities[j], tolerance);
            }
        }
    }

    [Fact]
    public void A_decoder_at_temperature_0_or_with_another_step_takes_the_logits_of_its_step()
    {
        var (gpt, parameters) = Model(8, 2, 1);
        var decoder = CompiledDecoder.Compile<double>(gpt, parameters);
        Assert.Equal(1, decoder.Predict(KeyValueCache.Empty, 4, Temperature.Greedy).Probabilities.Max());
        var other = decoder with { Step = (cache, token) => ([0, 0, 0, 0, 0], cache) };
        Assert.All(other.Predict(KeyValueCache.Empty, 4, 0.5).Probabilities, p => Assert.Equal(0.2, p));
    }

    // 64 bytes of 5 probabilities, 48 of a cache, and what code that is not yet optimized boxes.
    [Fact]
    public void A_prediction_allocates_its_probabilities_and_its_cache()
    {
        var (gpt, parameters) = Model(16, 4, 1);
        var decoder = CompiledDecoder.Compile<float>(gpt, parameters);
        Predict();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Predict();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Tokens.Length, 100, 300);

        void Predict()
        {
            var cache = KeyValueCache.Empty;
            for (var i = 0; i < Tokens.Length; i++) (_, cache) = decoder.Predict(cache, Tokens[i], 0.5);
        }
    }

    [Fact]
    public void The_first_position_has_the_same_bits_whenever_it_is_computed()
    {
        var (gpt, parameters) = Model(16, 4, 2);
        var decoder = CompiledDecoder.Compile<float>(gpt, parameters);
        foreach (var temperature in (double[])[0.5, 1, 0.5, 0.5])
            foreach (var token in Tokens)
            {
                var fresh = CompiledDecoder.Compile<float>(gpt, parameters);
                Assert.Equal(Predictions(fresh, token, temperature).AsEnumerable(), Predictions(decoder, token, temperature));
            }

        // The probabilities after the token, and after it and another one, which reads the keys and values of the first.
        static ImmutableArray<double> Predictions(Decoder decoder, int token, double temperature)
        {
            var (first, cache) = decoder.Predict(KeyValueCache.Empty, token, temperature);
            return [.. first, .. decoder.Predict(cache, 2, temperature).Probabilities];
        }
    }

    // The probabilities of a token would be 4,024 bytes.
    [Fact]
    public void A_generated_document_keeps_no_probabilities_unless_they_are_wanted()
    {
        var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 16, vocabSize: 500).OrThrow();
        var decoder = CompiledDecoder.Compile<float>(
            new Gpt(configuration), Parameters.Draw(configuration.Table, PythonRandom.Seed(1)).Value);
        Generate();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tokens = Generate();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / tokens, 100, 1000);

        int Generate() => Sampling.Documents(decoder, SamplingOptions.Of(1), [], PythonRandom.Seed(1)).Take(20)
            .Sum(document => document.OrThrow().Choices.Length);
    }
}
