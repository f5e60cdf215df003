using System.Text;

namespace MicroGpt.Facts.Shell;

/// <summary>Logs of runs that are resumed.</summary>
[Trait("Speed", "Slow")]
public sealed class LogFacts : IDisposable
{
    private const string Mark = "\uFEFF";

    private readonly Folder folder = new Folder().With("input.txt", "anna\nbob\nzoë\n");

    public LogFacts() => Train("--steps 6 --n-embd 4 --save model --log log.csv");

    [Fact]
    public void A_log_that_begins_later_keeps_its_rows()
    {
        Train("--resume model --steps 8 --extend --save model --log later.csv");
        var begun = folder.Read("later.csv");
        Train("--resume model --steps 10 --extend --save model --log later.csv");
        Assert.StartsWith(begun, folder.Read("later.csv"));
        Assert.Equal(["step", "7", "8", "9", "10", ""], FirstCells("later.csv"));
    }

    [Theory]
    [InlineData("", "\r\n")]
    [InlineData(Mark, "\n")]
    [InlineData(Mark, "\r\n")]
    public void Rows_are_kept_to_the_byte_and_the_line_ends_of_the_log_continue(string mark, string newLine)
    {
        var log = mark + folder.Read("log.csv").Replace("\n", newLine);
        folder.With("log.csv", log);
        Train("--resume model --steps 8 --extend --log log.csv");
        var resumed = Encoding.UTF8.GetString(folder.Bytes("log.csv"));
        Assert.StartsWith(log, resumed, StringComparison.Ordinal);
        Assert.Equal(9 + 1, resumed.Split(newLine).Length);
        Assert.Equal(9 + 1, resumed.Split('\n').Length);
    }

    [Fact]
    public void A_clipped_run_continues_its_log_and_reports_it()
    {
        Train("--steps 6 --n-embd 4 --clip 0.01 --save model --log log.csv --force");
        var begun = folder.Read("log.csv");
        Train("--resume model --steps 8 --extend --save model --log log.csv");
        Assert.StartsWith(begun, folder.Read("log.csv"));
        var report = folder.Run("report --model model --log log.csv --out report.html".Split(' '));
        Assert.Equal((0, ""), (report.ExitCode, report.Error));
    }

    [Fact]
    public void A_last_row_without_a_line_end_is_kept()
    {
        var log = folder.Read("log.csv").TrimEnd('\n');
        folder.With("log.csv", log);
        Train("--resume model --steps 7 --extend --log log.csv");
        Assert.StartsWith($"{log}\n7,", folder.Read("log.csv"));
    }

    [Fact]
    public void Rows_that_the_run_makes_again_are_replaced()
    {
        var model = folder.Bytes("model");
        Train("--resume model --steps 8 --extend --log log.csv");
        var rows = folder.Rows("log.csv").ToArray();
        folder.With("model", model);
        Train("--resume model --steps 8 --extend --log log.csv");
        Assert.Equal(rows, folder.Rows("log.csv"));
    }

    [Fact]
    public void Steps_that_the_log_lacks_are_said()
    {
        Train("--resume model --steps 8 --extend --save model");
        var run = folder.Run("--resume model --steps 9 --extend --samples 0 --log log.csv".Split(' '));
        Assert.Equal((0, "log.csv has no rows from step 7 to step 8.\n"), (run.ExitCode, run.Error));
        Assert.Equal(["step", "1", "2", "3", "4", "5", "6", "9", ""], FirstCells("log.csv"));
    }

    [Fact]
    public void A_step_that_the_log_lacks_is_said()
    {
        Train("--resume model --steps 7 --extend --save model");
        var run = folder.Run("--resume model --steps 9 --extend --samples 0 --log log.csv".Split(' '));
        Assert.Equal((0, "log.csv has no row of step 7.\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("Dear diary,\n", "its first line is “Dear diary,”, not the names of its columns")]
    [InlineData("step;loss;learning_rate\n1;2;3\n", "its first line is “step;loss;learning_rate”, not the names of its columns")]
    [InlineData("step,loss,learning_rate\n1,2,3\n", "it has no column gradient_norm")]
    public void A_file_that_is_no_log_of_the_run_is_refused_and_stays(string text, string reason) => Refuses(text, reason);

    [Fact]
    public void A_log_without_the_validation_loss_per_document_is_refused_and_stays() => Refuses(
        folder.Read("log.csv").Replace("validation_loss,validation_loss_per_document,", "validation_loss,"),
        "it has no column validation_loss_per_document");

    [Fact]
    public void A_line_on_top_of_the_log_is_refused_and_the_log_stays() =>
        Refuses($"# my run\n{folder.Read("log.csv")}", "its first line is “# my run”, not the names of its columns");

    [Fact]
    public void The_log_of_another_run_is_refused_and_stays()
    {
        var other = folder.Run("--steps 6 --n-embd 4 --seed 7 --samples 0 --log other.csv".Split(' '));
        Assert.Equal((0, ""), (other.ExitCode, other.Error));
        Refuses(folder.Read("other.csv"), "its gradient_norm.wte up to step 6 is not that of the run that was saved");
        Train("--resume model --steps 8 --extend --log log.csv --force");
        Assert.Equal(["step", "7", "8", ""], FirstCells("log.csv"));
    }

    [Fact]
    public void A_log_can_be_a_pipe()
    {
        using var process = folder.Start(Folder.Gigabyte, "--steps", "2", "--quiet", "--samples", "0", "--log", "/dev/stdout");
        Assert.StartsWith("step,loss,", process.StandardOutput.ReadLine());
        Assert.StartsWith("1,", process.StandardOutput.ReadLine());
        Assert.StartsWith("2,", process.StandardOutput.ReadLine());
        Assert.Equal("", process.StandardError.ReadToEnd());
    }

    public void Dispose() => folder.Dispose();

    private void Train(string arguments)
    {
        var run = folder.Run($"{arguments} --quiet --samples 0".Split(' '));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    private void Refuses(string log, string reason)
    {
        var run = folder.With("log.csv", log).Run("--resume model --steps 8 --extend --log log.csv".Split(' '));
        Assert.Equal(
            (2, "", $"log.csv is not the log of this run: {reason}; name another file with --log, or replace it with --force.\n"),
            (run.ExitCode, run.Output, run.Error));
        Assert.Equal(log, folder.Read("log.csv"));
    }

    private IEnumerable<string> FirstCells(string file) => folder.Read(file).Split('\n').Select(line => line.Split(',')[0]);
}
