using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using static LanguageExt.Prelude;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The option of the commands that use a trained model.</summary>
internal static class CheckpointOption
{
    /// <summary>The path of the checkpoint.</summary>
    public static TypedOption<string> Model { get; } = TypedOption.File("--model", "model.safetensors",
        "The checkpoint of a trained model, a file that --save wrote.");

    /// <summary>The checkpoint, if one is named, as a file that what the command writes must not destroy.</summary>
    public static Option<InputFile> AsInput(ParseResult parse) =>
        Model.ParseOptional(parse).IfFail(None).Map(path => new InputFile(path, "--model names"));

    /// <summary>The decoder of a checkpoint, which computes as the saved run did.</summary>
    public static Decoder CreateDecoder(Checkpoint checkpoint) => Backends.Find(checkpoint.RunConfiguration)
        .CreateDecoder(new Gpt(checkpoint.Configuration), checkpoint.State.Parameters);

    /// <summary>The scorer of a checkpoint, which computes as the saved run did.</summary>
    public static Scorer CreateScorer(Checkpoint checkpoint, Observer observer) => Backends.Find(checkpoint.RunConfiguration)
        .CreateScorer(new Gpt(checkpoint.Configuration).Model, checkpoint.RunConfiguration.CountThreads(), observer);
}
