using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Browser;

/// <summary>A run in the page: text, model, trainer and past.</summary>
/// <param name="Start">The checkpoint of the run before its first step in the page.</param>
/// <param name="Corpus">The documents, in the order of training.</param>
/// <param name="Data">The tokens that each step learns from.</param>
/// <param name="Model">The model.</param>
/// <param name="Trainer">The trainer of the run's engine.</param>
/// <param name="History">The past.</param>
internal sealed record Run(Checkpoint Start, Corpus Corpus, TrainingData Data, Gpt Model, Trainer Trainer, History History)
{
    /// <summary>The run at its present state.</summary>
    public Checkpoint Checkpoint => Start with { State = History.Now };

    /// <summary>The backend of the run.</summary>
    public Backend Backend => Backends.Find(Start.RunConfiguration);

    /// <summary>The loss of a batch and its gradient, by the engine of the run.</summary>
    public Engine Engine => engine.Value;

    /// <summary>The entropy of the documents.</summary>
    public Entropy Entropy { get; } = Entropy.Count(Corpus);

    private readonly Lazy<Engine> engine = new(() =>
        Backends.Find(Start.RunConfiguration).CreateEngine(Model.Model, Start.RunConfiguration.Schedule.BatchSize));

    /// <summary>The run of a configuration on a text before its first step, or all problems.</summary>
    public static Validation<Problem, Run> Create(RunConfiguration configuration, GivenText text) =>
        from corpus in text.Parse(configuration.Split).ToValidation()
        let tokenizer = Tokenizer.Of(corpus)
        from sizes in configuration.Sizes.Configure(tokenizer.VocabSize)
        let shuffled = corpus.Shuffle(PythonRandom.Seed(configuration.Seed))
        from data in Encode(configuration, shuffled.Value, tokenizer)
        select Create(configuration, text, tokenizer, sizes, shuffled, data);

    /// <summary>
    /// The run after at most <paramref name="steps"/> more steps. It stops early when <paramref name="isOver"/> is true after a step.
    /// </summary>
    public Either<Problem, Run> Train(int steps, Func<bool> isOver)
    {
        var results = ImmutableArray.CreateBuilder<StepResult>();
        return Trainer(History.Now, steps, Add).Map(state => this with { History = History.With(state, results) });

        bool Add(StepResult result)
        {
            results.Add(result);
            return !isOver();
        }
    }

    /// <summary>The run at an earlier step: the last kept state before the step, and the steps from there.</summary>
    public Either<Problem, Run> BackTo(int step)
    {
        var earlier = this with { History = History.BackTo(step) };
        return earlier.Train(Math.Max(0, step - earlier.History.Now.Step), () => false);
    }

    /// <summary>The samples after training. They go on with the random stream of the run.</summary>
    public IEnumerable<Either<Problem, string>> Samples() => Start.Tokenizer.Bos.IsSome
        ? Sampling.Documents(CreateDecoder(), Options, [], Start.Random).Take(Start.RunConfiguration.Samples)
            .Select(document => document.Map(Decode))
        : [Text(Start.RunConfiguration.Samples * Start.Configuration.BlockSize, Start.Random)];

    /// <summary>A sample for the display. Its random stream is that of the step's number.</summary>
    public Either<Problem, string> Preview()
    {
        var random = PythonRandom.Seed(History.Now.Step);
        return Start.Tokenizer.Bos.IsSome
            ? Sampling.Document(CreateDecoder(), Options, [], random).Map(Decode)
            : Text(Start.Configuration.BlockSize, random);
    }

    private SamplingOptions Options => SamplingOptions.Of(Start.RunConfiguration.Temperature);

    private static Run Create(
        RunConfiguration configuration, GivenText text, Tokenizer tokenizer, Configuration sizes,
        (Corpus Value, PythonRandom Next) shuffled, TrainingData data)
    {
        var (model, drawn) = (new Gpt(sizes), Parameters.Draw(sizes.Table, shuffled.Next));
        var trainer = Backends.Find(configuration).CreateTrainer(model.Model, data, configuration.Optimizer, threads: 1);
        var start = TrainingState.Start(drawn.Value, configuration.Optimizer);
        return new(new(start, drawn.Next, tokenizer, configuration, text.Sha256), shuffled.Value, data, model, trainer, History.Of(start));
    }

    private static Validation<Problem, TrainingData> Encode(RunConfiguration configuration, Corpus corpus, Tokenizer tokenizer) =>
        corpus.Split.IsRunningText
            ? tokenizer.Encode(corpus.Documents[0]).ToValidation()
                .Bind(tokens => RunningText.Create("The text", tokens, configuration.Sizes.BlockSize))
                .Map(text => new TrainingData(configuration.Schedule, text, configuration.Seed))
            : corpus.Documents.Take(configuration.Schedule.DocumentCount)
                .Select(text => tokenizer.Document(text.Start(configuration.Sizes.BlockSize + 1))).Sequence().ToValidation()
                .Map(documents => new TrainingData(configuration.Schedule, [.. documents]));

    private Decoder CreateDecoder() => Backend.CreateDecoder(Model, History.Now.Parameters);

    private Either<Problem, string> Text(int length, PythonRandom random) => Sampling.Text(
        CreateDecoder(), Options, [Start.Tokenizer.Start], Option<int>.None, length, random)
        .Map(text => Decode(text with { Prompt = [] }));

    private string Decode(GeneratedDocument document) => Start.Tokenizer.Decode(document.Tokens.AsSpan());
}
