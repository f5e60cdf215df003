using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Training;

namespace MicroGpt.Shell.Data;

/// <summary>Configuration files.</summary>
internal static class ConfigurationStore
{
    private const string Remedy = "name a file that --print-config wrote";

    /// <summary>The settings in a file.</summary>
    public static Either<Problem, ImmutableArray<(string Setting, Validation<Problem, string> Text)>> Read(string path) =>
        IoErrors.Try(path, Remedy, () => ExistingFile.Examine(path) is { Format: not FileFormat.Text } content
            ? new Problem($"{path} cannot be read as a configuration: it is {content.Description}; {content.Remedy ?? Remedy}.")
            : ConfigurationFile.Read(File.ReadAllBytes(path), path));
}
