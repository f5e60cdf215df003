using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The engine of a model: under test.</summary>
public delegate Engine EngineOf(LanguageModel model);

/// <summary>A language model with its parameters, and documents of tokens, BOS at both ends.</summary>
/// <param name="Model">The model.</param>
/// <param name="Documents">The documents, at least one.</param>
/// <param name="Seed">The seed of the parameters, drawn as those of any model.</param>
/// <param name="Scale">A factor of the parameters: trained ones are larger, and their attention is sharper.</param>
public record ModelCase(LanguageModel Model, ImmutableArray<ImmutableArray<int>> Documents, int Seed, double Scale)
{
    /// <summary>The parameters.</summary>
    public Parameters Parameters { get; init; } = Drawn(Model.Table, Seed, Scale);

    /// <summary>The packed documents.</summary>
    public Inputs Batch => MicroGpt.Model.Batch.Of(Model, Documents.AsSpan());

    /// <summary>The loss on all documents, as a function of the parameters.</summary>
    public LossFunction Loss => new(Model, Parameters, Batch);

    /// <summary>The logits. All models of the generators have them.</summary>
    public Expr Logits => Model.Logits.IfNone(() => throw new InvalidOperationException($"A {Model} has no logits."));

    /// <summary>The parameters, each with the running error of one rounding, and the documents.</summary>
    public Environment<RunningError> Rounded => Model.Bind(Parameters.Matrices(Autograd.RunningError.Once), Batch);

    /// <summary>The value of an expression of the parameters on the documents.</summary>
    public Matrix<double> Value(Expr expression) =>
        expression.Evaluate(Model.Bind(Parameters.Matrices(x => new Real(x)), Batch)).Map(x => x.Plain);

    /// <summary>The loss and the gradient by an engine.</summary>
    public (double Loss, Gradient Gradient) By(EngineOf engine) => engine(Model)(Parameters, Batch);

    /// <summary>Training data that cycles through the documents in batches of a size.</summary>
    public TrainingData Data(int steps, int batchSize) =>
        new(TrainingSchedule.Create(steps, learningRate: 0.01, batchSize).OrThrow(), Documents);

    /// <summary>The name of the i-th parameter.</summary>
    public string Name(int i) => Parameters.Table.NameOf(i);

    /// <summary>The sizes of the model.</summary>
    protected virtual string Sizes => $"{Model}";

    public sealed override string ToString() => string.Concat(
        $"\n  {Sizes}, parameters of seed {Seed}, times {Scale:F0}",
        string.Concat(Documents.Select(tokens => $"\n  {string.Join(" ", tokens)}")));

    private static Parameters Drawn(ParameterTable table, int seed, double scale)
    {
        var drawn = Parameters.Draw(table, PythonRandom.Seed(seed)).Value;
        return drawn with { Values = [.. drawn.Values.Select(x => x * scale)] };
    }
}

/// <summary>Changes of models.</summary>
public static class ModelChanges
{
    /// <summary>The same model with one document only.</summary>
    public static TCase Alone<TCase>(this TCase model, int document) where TCase : ModelCase =>
        (TCase)(model with { Documents = [model.Documents[document]] });

    /// <summary>The same model after some steps of training on its documents.</summary>
    public static TCase After<TCase>(this TCase model, int steps, EngineOf engine, Optimizer optimizer) where TCase : ModelCase =>
        (TCase)(model with
        {
            Parameters = Trainers.Create(model.Model, engine(model.Model), model.Data(steps, batchSize: 1), optimizer)
                .Steps(TrainingState.Start(model.Parameters, optimizer), steps).OrThrow().State.Parameters,
        });
}
