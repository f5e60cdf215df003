using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Text;
using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Reports;

/// <summary>A report on a trained model: one HTML page that loads no other file.</summary>
/// <param name="Model">The model, with the configuration of its training.</param>
/// <param name="Log">The log of the model's training, if there is one.</param>
/// <param name="Names">Names that the model generated, each with the nearest real names.</param>
/// <param name="Repetition">How much of the real names stands there a second time, <see cref="Reports.Repetition"/>.</param>
/// <param name="TrainingData">The entropy of the training data, if the real names are these.</param>
/// <param name="Traces">The forward passes over some texts, one for each text. There must be at least one.</param>
/// <param name="Checks">The gradient check on the first text, matrix by matrix.</param>
public sealed record Report(
    Checkpoint Model,
    Option<TrainingLog> Log,
    ImmutableArray<NearestNames> Names,
    double Repetition,
    Option<Entropy> TrainingData,
    ImmutableArray<(string Text, ForwardTrace Trace)> Traces,
    ImmutableArray<MatrixCheck> Checks)
{
    /// <summary>The page as HTML without scripts. The text is also well-formed XML.</summary>
    public string Html => Page.Html("MicroGpt: a trained model", Summary,
    [
        ("training", "How it learned", TrainingSection.Html(Log, References, Published, IsRunningText)),
        ("names", "What it invents", NamesSection.Html(Names, Repetition, TrainingData.IsSome, IsRunningText)),
        ("texts", "How it reads", string.Concat(Traces.Select(each => ForwardTraceSection.Html(each.Text, each.Trace, Model.Tokenizer)))),
        ("embeddings", "What it knows of characters and positions", EmbeddingSection.Html(Model)),
        ("gradient", "Whether its gradient is right", GradientSection.Html(Traces[0].Text, Checks)),
    ]);

    private ImmutableArray<(string Name, double Loss)> References => TrainingData.Match(
        Some: entropy => ImmutableArray.Create(
            ("chance", Model.Configuration.ChanceLoss), ("characters", entropy.Single), ("pairs", entropy.Pairs)),
        None: () => []);

    // The losses that the original's author published, if the model learned from the same names.
    private ImmutableArray<(int Step, double Loss)> Published =>
        Model.DataSha256 == OriginalRun.DataSha256 ? OriginalRun.Losses : [];

    private bool IsRunningText => Model.Tokenizer.Bos.IsNone;

    private string Summary
    {
        get
        {
            var (c, step, steps) = (Model.Configuration, Model.State.Step, Model.RunConfiguration.Schedule.Steps);
            return Invariant($"A GPT of {c.ParameterCount:N0} parameters (n_embd {c.NEmbd}, n_head {c.NHead}, n_layer {c.NLayer}, ")
                + Invariant($"block_size {c.BlockSize}) for {c.VocabSize} tokens, after {step:N0} of {steps:N0} steps.");
        }
    }

    public bool Equals(Report? other) =>
        other is not null && Model == other.Model && Log == other.Log && TrainingData == other.TrainingData
        && Repetition == other.Repetition
        && Names.ContentEquals(other.Names) && Traces.ContentEquals(other.Traces) && Checks.ContentEquals(other.Checks);

    public override int GetHashCode() => HashCode.Combine(Model, Log, TrainingData, Names.Length, Traces.Length, Checks.Length);
}
