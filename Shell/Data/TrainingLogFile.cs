using System.Text;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Reports;

namespace MicroGpt.Shell.Data;

/// <summary>Logs of training as files.</summary>
internal static class TrainingLogFile
{
    private const int BufferSize = 1 << 16;
    private const string Remedy = "name a file that --log wrote";

    /// <summary>The log in a file.</summary>
    public static Either<Problem, TrainingLog> Read(string path) =>
        IoErrors.Try(path, Remedy, () => ExistingFile.Examine(path) is { Format: not (FileFormat.Log or FileFormat.Text) } content
            ? new Problem($"{path} cannot be used as a log: it is {content.Description}; {content.Remedy ?? Remedy}.")
            : TrainingLog.Parse(ReadLines(path), path));

    /// <summary>
    /// The lines of a file, each with its line end, a character for each byte. One line is in memory at a time: a log may be larger.
    /// </summary>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var (buffer, line) = (new byte[BufferSize], new StringBuilder());
        while (file.Read(buffer) is > 0 and var count)
        {
            foreach (var piece in TrainingLog.Lines(Encoding.Latin1.GetString(buffer, 0, count)))
            {
                line.Append(piece);
                if (!piece.EndsWith('\n')) continue;
                yield return line.ToString();
                line.Clear();
            }
        }
        if (line.Length > 0) yield return line.ToString();
    }
}
