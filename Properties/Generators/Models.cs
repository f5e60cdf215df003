using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The engine of a model: under test.</summary>
public delegate Engine EngineOf(LanguageModel model);

/// <summary>A GPT with its parameters, and documents of tokens, BOS at both ends.</summary>
/// <param name="Configuration">The sizes of the model.</param>
/// <param name="Documents">The documents, at least one.</param>
/// <param name="Seed">The seed of the parameters, drawn as those of any model.</param>
/// <param name="Scale">A factor of the parameters: trained ones are larger, and their attention is sharper.</param>
public sealed record GptCase(Configuration Configuration, ImmutableArray<ImmutableArray<int>> Documents, int Seed, double Scale)
{
    /// <summary>The parameters.</summary>
    public Parameters Parameters { get; init; } = Drawn(Configuration.Table, Seed, Scale);

    /// <summary>The GPT of these sizes.</summary>
    public Gpt Gpt { get; } = new(Configuration);

    /// <summary>The model: the GPT, or another one of these sizes.</summary>
    public LanguageModel Model { get => field ?? Gpt.Model; init; }

    /// <summary>The packed documents.</summary>
    public Inputs Batch => MicroGpt.Model.Batch.Of(Model, Documents.AsSpan());

    /// <summary>The loss on all documents, as a function of the parameters.</summary>
    public LossFunction Loss => new(Model, Parameters, Batch);

    /// <summary>Another model of these sizes, on the same documents.</summary>
    public GptCase Of(LanguageModel model) => this with { Model = model, Parameters = Drawn(model.Table, Seed, scale: 1) };

    /// <summary>The same model with one document only.</summary>
    public GptCase Alone(int document) => this with { Documents = [Documents[document]] };

    /// <summary>The parameters, each with the running error of one rounding, and the documents.</summary>
    public Environment<RunningError> Rounded => Model.Bind(Parameters.Matrices(Autograd.RunningError.Once), Batch);

    /// <summary>The value of an expression of the parameters on the documents.</summary>
    public Matrix<double> Value(Expr expression) =>
        expression.Evaluate(Model.Bind(Parameters.Matrices(x => new Real(x)), Batch)).Map(x => x.Plain);

    /// <summary>The loss and the gradient by an engine.</summary>
    public (double Loss, Gradient Gradient) By(EngineOf engine) => engine(Model)(Parameters, Batch);

    /// <summary>The same model after some steps of training on its documents.</summary>
    public GptCase After(int steps, EngineOf engine, Optimizer optimizer) => this with
    {
        Parameters = Trainers.Create(Model, engine(Model), Data(steps, batchSize: 1), optimizer)
            .Steps(TrainingState.Start(Parameters, optimizer), steps).OrThrow().State.Parameters,
    };

    /// <summary>Training data that cycles through the documents in batches of a size.</summary>
    public TrainingData Data(int steps, int batchSize) => new(Schedule(steps, batchSize), Documents);

    /// <summary>The name of the i-th parameter.</summary>
    public string Name(int i) => Parameters.Table.NameOf(i);

    public override string ToString() => string.Concat(
        $"\n  n_embd {Configuration.NEmbd}, n_head {Configuration.NHead}, n_layer {Configuration.NLayer}, ",
        $"block_size {Configuration.BlockSize}, vocab_size {Configuration.VocabSize}, parameters of seed {Seed}, times {Scale:F0}",
        string.Concat(Documents.Select(tokens => $"\n  {string.Join(" ", tokens)}")));

    private static TrainingSchedule Schedule(int steps, int batchSize) =>
        TrainingSchedule.Create(steps, learningRate: 0.01, batchSize).OrThrow();

    private static Parameters Drawn(ParameterTable table, int seed, double scale)
    {
        var drawn = Parameters.Draw(table, PythonRandom.Seed(seed)).Value;
        return drawn with { Values = [.. drawn.Values.Select(x => x * scale)] };
    }
}

/// <summary>A GPT of the default configuration.</summary>
public sealed record DefaultModel(GptCase Model)
{
    public override string ToString() => $"{Model}";
}

/// <summary>GPTs.</summary>
public static class Models
{
    /// <summary>One to three layers, one to four heads, one to sixteen positions, two to eight tokens, one to three documents.</summary>
    public static Arbitrary<GptCase> Any { get; } = Of(3, 4, 16, 8);

    /// <summary>One layer, one or two heads, one to four positions, two to four tokens: counterexamples that are easy to read.</summary>
    public static Arbitrary<GptCase> Small { get; } = Of(1, 2, 4, 4);

    /// <summary>The default configuration with one short document: an oracle can differentiate by each of its 4,192 parameters.</summary>
    public static Arbitrary<DefaultModel> Default { get; } = Arb.From(
        from letters in Gen.Choose(0, 25).ArrayOf(3)
        from seed in Gen.Choose(0, 1 << 20)
        select new DefaultModel(new(Configuration(16, 4, 1, 16, 27), [[26, .. letters, 26]], seed, Scale: 1)));

    private static Arbitrary<GptCase> Of(int mostLayers, int mostHeads, int largestBlock, int mostTokens) => Arb.From(
        from layers in Gen.Choose(1, mostLayers)
        from heads in Gen.Choose(1, mostHeads)
        from headSize in Gen.Choose(1, heads > 2 ? 2 : 3)
        from block in Gen.Choose(1, largestBlock)
        from vocabulary in Gen.Choose(2, mostTokens)
        from count in Gen.Choose(1, 3)
        from documents in Document(block, vocabulary).ArrayOf(count)
        from seed in Gen.Choose(0, 1 << 20)
        from scale in Gen.Elements(1.0, 3.0, 10.0)
        select new GptCase(Configuration(heads * headSize, heads, layers, block, vocabulary), [.. documents], seed, scale),
        Simpler);

    /// <summary>The configuration of valid sizes.</summary>
    public static Configuration Configuration(int nEmbd, int nHead, int nLayer, int blockSize, int vocabSize) =>
        Model.Configuration.Create(nEmbd, nHead, nLayer, blockSize, vocabSize).Match(
            Succ: configuration => configuration,
            Fail: problems => throw new InvalidOperationException($"{problems}"));

    // BOS is the last token.
    private static Gen<ImmutableArray<int>> Document(int block, int vocabulary) =>
        from length in Gen.Choose(0, block)
        from tokens in Gen.Choose(0, vocabulary - 2).ArrayOf(length)
        select ImmutableArray.Create([vocabulary - 1, .. tokens, vocabulary - 1]);

    private static IEnumerable<GptCase> Simpler(GptCase model)
    {
        var (documents, c) = (model.Documents, model.Configuration);
        if (c.NLayer > 1) yield return Sized(c.NEmbd, c.NHead, c.NLayer - 1);
        // rmsnorm of a row of one number leaves only its sign, so n_embd stays at least 2.
        if (c.NHead > 1 && c.HeadDim > 1) yield return Sized(c.HeadDim, 1, c.NLayer);
        if (c.NEmbd - c.NHead > 1) yield return Sized(c.NEmbd - c.NHead, c.NHead, c.NLayer);
        for (var d = 0; d < documents.Length; d++)
        {
            if (documents.Length > 1) yield return model with { Documents = documents.RemoveAt(d) };
            if (documents[d].Length > 2) yield return model with { Documents = documents.SetItem(d, documents[d].RemoveAt(1)) };
        }

        GptCase Sized(int nEmbd, int nHead, int nLayer) =>
            new(Configuration(nEmbd, nHead, nLayer, c.BlockSize, c.VocabSize), documents, model.Seed, model.Scale);
    }
}
