using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Training;

namespace MicroGpt.Reports;

/// <summary>A trained model as one page that needs nothing else.</summary>
/// <param name="Model">The model.</param>
/// <param name="Log">What its training wrote down.</param>
/// <param name="Names">What it invents.</param>
/// <param name="NamesAreTrainingData">Whether the real names beside them are those that it learned.</param>
/// <param name="Traces">Texts, at least one, and what goes on in the model that reads them.</param>
/// <param name="Checks">The gradient of the first text, matrix by matrix.</param>
public sealed record Report(
    Checkpoint Model,
    Option<TrainingLog> Log,
    ImmutableArray<NearestNames> Names,
    bool NamesAreTrainingData,
    ImmutableArray<(string Text, ForwardTrace Trace)> Traces,
    ImmutableArray<MatrixCheck> Checks)
{
    /// <summary>The page: HTML that is well-formed XML, too, without a script.</summary>
    public string Html => Page.Html("MicroGpt: a trained model", Summary,
    [
        ("training", "How it learned", TrainingSection.Html(Log)),
        ("names", "What it invents", NamesSection.Html(Names, NamesAreTrainingData)),
        ("texts", "How it reads", string.Concat(Traces.Select(read => ForwardTraceSection.Html(read.Text, read.Trace, Model.Tokenizer)))),
        ("embeddings", "What it knows of characters and positions", EmbeddingSection.Html(Model)),
        ("gradient", "Whether its gradient is right", GradientSection.Html(Traces[0].Text, Checks)),
    ]);

    private string Summary
    {
        get
        {
            var c = Model.Configuration;
            return FormattableString.Invariant($"A GPT of {c.ParameterCount:N0} parameters (n_embd {c.NEmbd}, n_head {c.NHead}, n_layer {c.NLayer}, block_size {c.BlockSize}) ")
                + FormattableString.Invariant($"for {c.VocabSize} tokens, after {Model.State.Step:N0} of {Model.RunConfiguration.Schedule.Steps:N0} steps.");
        }
    }
}
