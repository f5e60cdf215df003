using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Shell.Data;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The trained model that a command asks.</summary>
internal static class ModelFile
{
    public static readonly TypedOption<string> Setting = TypedOption.File("--model", "model.safetensors",
        "The checkpoint of a trained model, a file that --save wrote.");

    /// <summary>The checkpoint that a command line names.</summary>
    public static Validation<Problem, Checkpoint> In(ParseResult parse) =>
        Setting.RequiredIn(parse).Bind(path => CheckpointStore.Read(path).ToValidation());

    /// <summary>A decoder of its parameters, which computes as the run did.</summary>
    public static Decoder Decoder(this Checkpoint checkpoint) =>
        EngineOptions.Of(checkpoint.Plan, threads: 1).Decoder(new(checkpoint.Configuration), checkpoint.State.Parameters);
}
