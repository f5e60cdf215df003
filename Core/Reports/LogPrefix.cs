using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Text;

namespace MicroGpt.Reports;

/// <summary>The part of an existing log that a resumed run keeps, byte for byte, and continues.</summary>
/// <param name="Length">The number of bytes that are kept.</param>
/// <param name="Junction">The text between the kept bytes and the next row: the header or a line end if they are missing.</param>
/// <param name="NewLine">The line end of the log.</param>
/// <param name="LastStep">The step of the last row that is kept; 0 without rows.</param>
public sealed record LogPrefix(long Length, string Junction, string NewLine, int LastStep)
{
    /// <summary>
    /// The rows of the steps that the run has made, for the lines of a log, a character for each byte. Rows of later steps are not kept,
    /// since the run makes these steps again. The log of another run is a problem, as is a file that is no log.
    /// </summary>
    public static Either<Problem, LogPrefix> Find(IEnumerable<string> lines, Checkpoint run, string source)
    {
        Problem Because(string reason) => LogOrigin.Refuse(source, reason, "name another file with --log, or replace it with --force");

        var header = TrainingLog.FormatHeader(run.Configuration);
        var columns = TrainingLog.ParseHeader(header);
        var whole = columns.IndexOf(TrainingLog.GradientNorm);
        var moments = new LoggedMoment[columns.Length];
        var (prefix, number, step, length) = (new LogPrefix(0, header + "\n", "\n", 0), 0, 0, 0L);
        foreach (var line in lines)
        {
            if (++number == 1)
            {
                if (AfterHeader(line, header).Case is not LogPrefix start)
                    return Because(OtherHeader(line, columns, run));
                (prefix, length) = (start, line.Length);
                continue;
            }
            length += line.Length;
            switch (TrainingLog.ParseRow(line, number, columns, after: step).Case)
            {
                case (int next, ImmutableArray<double> cells):
                    step = next;
                    if (step > run.State.Step) break;
                    for (var k = 0; k < cells.Length; k++) moments[k] = moments[k].With(step, cells[k], cells[whole], run);
                    prefix = prefix.Through(line, length, step);
                    break;
                case string reason when !TrainingLog.IsCutOff(line, columns):
                    return Because(reason);
            }
        }
        var steps = run.RunConfiguration.Schedule.Steps;
        return step > steps ? Because(LogOrigin.BeyondEnd(step, steps))
            : LogOrigin.OtherGradient(run, column => moments[columns.IndexOf(column)])
                .Match<Either<Problem, LogPrefix>>(Some: reason => Because(reason), None: () => prefix);
    }

    // The prefix up to the end of a line that ends at `length`. A line end that is missing, or was cut between \r and \n, is written anew.
    private LogPrefix Through(string line, long length, int step) => line.EndsWith('\n')
        ? this with { Length = length, Junction = "", LastStep = step }
        : this with { Length = length - (line.EndsWith('\r') ? 1 : 0), Junction = NewLine, LastStep = step };

    // The prefix after the first line of a log, if it is that of the run. A first line that was cut off leaves no rows.
    private static Option<LogPrefix> AfterHeader(string line, string header)
    {
        var mark = line.StartsWith(TrainingLog.ByteOrderMark, StringComparison.Ordinal) ? TrainingLog.ByteOrderMark.Length : 0;
        var newLine = line.TrimEnd('\n').EndsWith('\r') ? "\r\n" : "\n";
        var empty = new LogPrefix(mark, header + "\n", newLine, 0);
        return line[mark..].TrimEnd('\r', '\n') == header ? empty.Through(line, line.Length, 0)
            : IsCutOff(line[mark..], header) || IsCutOff(line, TrainingLog.ByteOrderMark) ? empty
            : Option<LogPrefix>.None;
    }

    private static bool IsCutOff(string line, string whole) => whole.StartsWith(line, StringComparison.Ordinal);

    private static string OtherHeader(string line, ImmutableArray<string> columns, Checkpoint run)
    {
        var found = TrainingLog.ParseHeader(line);
        return (TrainingLog.MissingColumn(found).IsSome ? Option<string>.None
                : LogOrigin.OtherMatrix(found, run) || columns.Except(found).HeadOrNone().Map(name => $"it has no column {name}"))
            .IfNone(() => $"its first line is {line.TrimEnd('\r', '\n').Quote()}, not the names of its columns");
    }
}
