namespace MicroGpt.Shell.Options;

/// <summary>The option of the commands that use a trained model.</summary>
internal static class CheckpointOption
{
    /// <summary>The path of the checkpoint.</summary>
    public static TypedOption<string> Model { get; } = TypedOption.File("--model", "model.safetensors",
        "The checkpoint of a trained model, a file that --save wrote.");
}
