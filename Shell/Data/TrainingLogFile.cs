using LanguageExt;
using MicroGpt.Reports;

namespace MicroGpt.Shell.Data;

/// <summary>Logs of training as files.</summary>
internal static class TrainingLogFile
{
    /// <summary>The log in a file.</summary>
    public static Either<Problem, TrainingLog> Read(string path) =>
        IoErrors.Try(path, "name a file that --log wrote", () => TrainingLog.Parse(File.ReadAllText(path), path));
}
