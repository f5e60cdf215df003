using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Export;

/// <summary>The computations of a trained model that can be exported.</summary>
public enum ExportedComputation
{
    /// <summary>The logits at each position of a document.</summary>
    Logits,

    /// <summary>A step of generation, with a key/value cache.</summary>
    Step,

    /// <summary>The loss of documents.</summary>
    Loss,

    /// <summary>The loss of documents and its gradient.</summary>
    Gradient,

    /// <summary>A step of training by the optimizer of the run. The parameters and slots are inputs.</summary>
    Training,
}

/// <summary>A computation of a trained model as an ONNX graph, with metadata about the model.</summary>
public sealed class CheckpointExport
{
    private CheckpointExport(ExportedComputation what, OnnxGraph graph, ImmutableArray<(string Name, string Text)> metadata) =>
        (What, Graph, Metadata) = (what, graph, metadata);

    /// <summary>The computation.</summary>
    public ExportedComputation What { get; }

    /// <summary>The graph.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>
    /// The metadata: the computation, the alphabet, the token BOS, the sizes of the model, and the settings and steps of the run. The token
    /// of a character is its index in the alphabet.
    /// </summary>
    public ImmutableArray<(string Name, string Text)> Metadata { get; }

    /// <summary>The export of a checkpoint, in a precision.</summary>
    public static Validation<Problem, CheckpointExport> Of(Checkpoint checkpoint, ExportedComputation what, Precision precision)
    {
        var type = precision == Precision.Single ? OnnxType.Single : OnnxType.Double;
        var (gpt, parameters) = (new Gpt(checkpoint.Configuration), Some(checkpoint.State.Parameters));
        var export = new ModelExport(gpt.Model, type, parameters, gpt.Stream);
        var graph = what switch
        {
            ExportedComputation.Step => GenerationExport.Step(gpt, type, parameters),
            ExportedComputation.Loss => export.Loss(),
            ExportedComputation.Gradient => export.Gradient(),
            ExportedComputation.Training => export.Training(checkpoint.RunConfiguration.Optimizer),
            _ => export.Logits(),
        };
        return graph.Map(exported => new CheckpointExport(what, exported,
        [
            ("what", NameOf(what)),
            .. checkpoint.Tokenizer.Bos.Map(bos => ("bos", Whole(bos))),
            ("vocab_size", Whole(checkpoint.Tokenizer.VocabSize)),
            ("step", Whole(checkpoint.State.Step)),
            .. checkpoint.Settings,
        ]));
    }

    /// <summary>The name of a computation, as in files and on the command line.</summary>
    public static string NameOf(ExportedComputation what) => $"{what}".ToLowerInvariant();

    /// <summary>The bytes of the file.</summary>
    public ImmutableArray<byte> Write() => OnnxFile.Write(NameOf(What), Graph, Metadata);

    public override string ToString() => FormattableString.Invariant(
        $"{NameOf(What)} in {$"{Graph.Outputs[0].Type}".ToLowerInvariant()} precision, {Graph.Nodes.Length:N0} nodes");

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
