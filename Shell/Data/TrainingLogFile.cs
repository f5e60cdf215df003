using LanguageExt;
using MicroGpt.Reports;

namespace MicroGpt.Shell.Data;

/// <summary>Logs of training as files.</summary>
internal static class TrainingLogFile
{
    /// <summary>The log that a file holds.</summary>
    public static Either<Problem, TrainingLog> Read(string path) =>
        IoErrors.Reading(path, "name a file that --log wrote", () => TrainingLog.Parse(File.ReadAllText(path), path));
}
