using LanguageExt;
using MicroGpt.Reports;

namespace MicroGpt.Shell.Data;

/// <summary>Logs of training as files.</summary>
internal static class TrainingLogFile
{
    /// <summary>The log that a file holds.</summary>
    public static Either<Problem, TrainingLog> Read(string path)
    {
        try
        {
            return TrainingLog.Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (Failure.IsOfWorld(e))
        {
            return new Problem($"{path} cannot be read: {Failure.Reason(path, e)}; name a file that --log wrote.");
        }
    }
}
