using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Examples;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Properties;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The models of tests/Examples obey the laws of the GPT, by every backend.</summary>
[Trait("Speed", "Slow")]
public class ExampleModelFacts
{
    [Law(2)]
    public Property Every_parameter_s_derivative_is_its_complex_step(GptCase sizes) =>
        Each(sizes, mostLayers: 1, model => GptLaws.IsTheOracle(model, Engines.Expression, Oracles.ByComplexStep));

    [Law(5)]
    public Property The_gradient_along_a_direction_is_the_complex_step(GptCase sizes, Direction v) => EachBackend(sizes, (model, backend) =>
        DerivativeLaws.AgreesAlong(model.Loss, model.GradientBy(By(backend)), Oracles.ByComplexStep, v, backend.UnitRoundoff));

    [Law(5)]
    public Property The_engine_is_right_to_its_precision(GptCase sizes) => EachBackend(sizes, (model, backend) =>
        EquivalenceLaws.IsRightToItsPrecision(model, By(backend), backend.UnitRoundoff));

    [Law(5)]
    public Property A_step_is_Adam_s_on_the_engine_s_gradient(GptCase sizes, byte batchSize) => EachBackend(sizes, (model, backend) =>
        CompilationLaws.StepsAs(
            model, Trainer(backend, model, 1 + batchSize % 20), By(backend)(model.Model), model.Data(600, 1 + batchSize % 20),
            backend.UnitRoundoff));

    [Law(5)]
    public Property Training_goes_on_where_it_stopped(GptCase sizes, byte first, byte second) => EachBackend(sizes, (model, backend) =>
        CompilationLaws.GoesOnWhereItStopped(model, Trainer(backend, model, batchSize: 2), first % 3, second % 3));

    [Law(5)]
    public Property Documents_are_scored_one_by_one(GptCase sizes) => EachBackend(sizes, (model, backend) =>
        EquivalenceLaws.ScoresToItsPrecision(model, language => backend.CreateScorer(language), backend.UnitRoundoff));

    [Law(20)]
    public Property Logits_look_only_back(GptCase sizes) =>
        Each(sizes, mostLayers: 2, model =>
            LogitLaws.LookOnlyBack(model, LogitLaws.AtOnce).And(LogitLaws.IgnoreOtherDocuments(model, LogitLaws.AtOnce)));

    // The documents have 4, 2 and 3 pairs. The logits of pairs that do not occur are so low that their probability is 0.
    [Fact]
    public void A_bigram_of_the_logarithms_of_counts_has_the_loss_of_counting()
    {
        ImmutableArray<ImmutableArray<int>> documents = [[3, 0, 1, 0, 3], [3, 0, 3], [3, 1, 1, 3]];
        var pairs = documents.SelectMany(document => document.Zip(document.Skip(1))).ToArray();
        var (model, counts) = (Bigram.Of(Sizes), new double[4, 4]);
        foreach (var (last, next) in pairs) counts[last, next]++;
        var parameters = Parameters.Zero(model.Table) with { Values = [.. counts.Cast<double>().Select(n => n == 0 ? -1e4 : Math.Log(n))] };
        var expected = pairs.Average(pair =>
            -Math.Log(counts[pair.Item1, pair.Item2] / pairs.Count(other => other.Item1 == pair.Item1)));
        Assert.Equal(expected, MeanLosses.Average(Scorers.Create(model)(parameters, documents)).PerToken, 1e-14);
    }

    // Each use of the table alone, with the other use held constant.
    [Fact]
    public void The_gradient_of_a_tied_head_is_the_sum_of_its_two_uses()
    {
        var model = Gpt2.Of(Sizes);
        var (table, uses) = (model.Variables[0], new List<double[]>());
        Assert.Equal("wte", table.Name);
        var drawn = Parameters.Draw(model.Table, PythonRandom.Seed(1)).Value;
        var environment = model.Bind(drawn.Matrices(x => new Real(x)), Batch.Of(model, [3, 0, 1, 2, 3]));
        foreach (var isHead in new[] { true, false })
        {
            var other = new Variable("other", table.Shape);
            var untied = Rewriting.Rewrite([model.Loss], variable => variable, constant => constant, node =>
                (node.Operation is TimesTranspose) != isHead && node.Arguments.Contains(table)
                    ? new Application(node.Operation, [.. node.Arguments.Select(x => x == table ? other : x)]) : node)[0];
            uses.Add(Gradient(untied, table, environment.With(other, environment[table])));
        }
        Assert.All(
            Gradient(model.Loss, table, environment).Zip(uses[0].Zip(uses[1], (x, y) => x + y)),
            pair => Assert.Equal(pair.Item2, pair.Item1, 1e-15));
    }

    [Fact]
    public void Each_model_generates_by_the_decoder_of_any_model() => Assert.All(ExampleModels.Of(Sizes), example =>
    {
        var parameters = Parameters.Draw(example.Model.Table, PythonRandom.Seed(42)).Value;
        var (compiled, reference) =
            (CompiledDecoder.Compile<double>(example.Model, parameters), Decoder.Of(example.Model, parameters));
        var options = SamplingOptions.Of(temperature: 1);
        var invented = Sampling.Document(compiled, options, [], PythonRandom.Seed(7)).OrThrow().Tokens;
        Assert.Equal(Sampling.Document(reference, options, [], PythonRandom.Seed(7)).OrThrow().Tokens.AsEnumerable(), invented);
    });

    private static Configuration Sizes { get; } = Models.Configuration(nEmbd: 8, nHead: 2, nLayer: 2, blockSize: 5, vocabSize: 4);

    private static double[] Gradient(Expr loss, Variable of, Environment<Real> here) =>
        [.. loss.Backward()[of].Evaluate(here).Entries.Select(x => x.Plain)];

    private static EngineOf By(Backend backend) => model => backend.CreateEngine(model, documents: 20);

    private static Trainer Trainer(Backend backend, ModelCase model, int batchSize) =>
        backend.CreateTrainer(model.Model, model.Data(600, batchSize), Optimizers.Default, threads: 2);

    private static Property EachBackend(GptCase sizes, Func<ModelCase, Backend, Property> law) =>
        Each(sizes, mostLayers: 2, model => Backends.All
            .Where(backend => Tolerance.IsBoundedByRunningError(backend.UnitRoundoff, [model.Model.Loss], model.Rounded))
            .Aggregate(true.ToProperty(), (all, backend) => all.And(law(model, backend).Label($"by the backend {backend}"))));

    // Each model of the given sizes. The columns of a head are rounded up to an even number, because rotary positions rotate pairs.
    private static Property Each(GptCase sizes, int mostLayers, Func<ModelCase, Property> law)
    {
        var (c, documents) = (sizes.Configuration, sizes.Documents);
        var even = Models.Configuration(
            c.NHead * (c.HeadDim + c.HeadDim % 2), c.NHead, Math.Min(c.NLayer, mostLayers), c.BlockSize, c.VocabSize);
        return ExampleModels.Of(even).Skip(1).Aggregate(true.ToProperty(), (all, example) =>
            all.And(law(new ModelCase(example.Model, documents, sizes.Seed, Scale: 1)).Label($"of {example.Name}")));
    }
}
