using MicroGpt.Shell.Data;

namespace MicroGpt.Facts.Shell;

/// <summary>Interruptions and failures lose no training.</summary>
[Trait("Speed", "Slow")]
public class SaveFacts
{
    /// <summary>A run with a very long first step, yet short enough for a failing fact to end.</summary>
    public const string LongStep = "--steps 2 --n-embd 256 --n-layer 4 --batch-size 50000 --save model";

    private const int Killed = 128 + 9;

    // A run long enough to be killed before its end: each step is saved to the disk.
    private const string Run = "--steps 300 --samples 5 --n-embd 4 --n-head 2 --block-size 12 --validation 0.2 --seed 7 "
        + "--save model --save-every 1 --log log.csv --keep-best best --patience 9";

    [Theory]
    [InlineData("--engine scalar")]
    [InlineData("--engine compiled --batch-size 3")]
    [InlineData("--precision single", true)]
    [InlineData("--precision single --batch-size 33 --threads 2")]
    public void A_run_that_is_killed_repeatedly_ends_as_one_that_never_stopped(string engine, bool behindLinks = false)
    {
        using var whole = Folder();
        var expected = whole.Run($"{Run} {engine}".Split(' '));
        Assert.Equal((0, ""), (expected.ExitCode, expected.Error));

        using var folder = Folder();
        if (behindLinks)
        {
            Directory.CreateDirectory(folder.PathOf("store"));
            Directory.CreateSymbolicLink(folder.PathOf("linked"), "store");
            File.CreateSymbolicLink(folder.PathOf("model"), "linked/model");
            File.CreateSymbolicLink(folder.PathOf("log.csv"), "linked/log.csv");
        }
        // A busy machine may give a run its last steps before the kill: the run then has ended well, and those after it find it so.
        var exitCodes = ((int[])[2, 30, 3, 100]).Select(ExitCodeOfRunKilledAfter).ToArray();
        Assert.Contains(Killed, exitCodes);
        Assert.All(exitCodes, exitCode => Assert.True(exitCode is Killed or 0, $"exit code {exitCode}"));
        var actual = folder.Run(Command());
        Assert.Equal((0, ""), (actual.ExitCode, actual.Error));
        Assert.Equal(whole.Bytes("model"), folder.Bytes("model"));
        Assert.Equal(whole.Bytes("best"), folder.Bytes("best"));
        Assert.Equal(whole.Rows("log.csv"), folder.Rows("log.csv"));
        Assert.Equal(expected.Lines[^6..], actual.Lines[^6..]);
        if (behindLinks)
        {
            Assert.Equal("linked/model", new FileInfo(folder.PathOf("model")).LinkTarget);
            Assert.Equal(whole.Bytes("model"), folder.Bytes("store/model"));
        }

        int ExitCodeOfRunKilledAfter(int lines)
        {
            using var process = folder.Start(Shell.Folder.Gigabyte, Command());
            for (var i = 0; i < lines; i++) process.StandardOutput.ReadLine();
            process.Kill();
            process.WaitForExit();
            return process.ExitCode;
        }

        // A run that was killed before its first save starts again, and replaces the log of the first attempt.
        string[] Command() => $"{Run} {engine} {(File.Exists(FileIdentity.Resolve(folder.PathOf("model"))) ? "--resume model" : "--force")}"
            .Split(' ');
    }

    [Fact]
    public void A_closed_output_ends_training_and_the_run_is_saved()
    {
        using var folder = Folder();
        // A run that does not notice ends within minutes, and has made all steps.
        using var process = folder.Start(Shell.Folder.Gigabyte, "--steps", "3000000", "--save", "model");
        while (process.StandardOutput.ReadLine() is not (null or ['s', 't', ..])) { }
        process.StandardOutput.Close();
        Assert.Equal("", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.DoesNotContain("steps made: 3000000\n", folder.Run("inspect", "model").Output);
    }

    [Fact]
    public void A_resumed_run_refuses_every_option_that_differs()
    {
        using var folder = Folder().With("others.txt", "anna\nzoë\n");
        Assert.Equal(0, folder.Run("--steps", "3", "--save", "model").ExitCode);
        var run = folder.Run("--resume", "model", "--data", "others.txt", "--n-embd", "8", "--n-head", "2", "--seed", "1",
            "--learning-rate", "0.1", "--batch-size", "2", "--schedule", "cosine", "--warmup", "1", "--precision", "single",
            "--steps", "2");
        Assert.Equal(2, run.ExitCode);
        string[] names =
        [
            "--n-embd", "--n-head", "--steps", "--learning-rate", "--schedule", "--warmup", "--batch-size", "--seed", "--precision",
            "alphabet", "data_sha256",
        ];
        Assert.Equal(names, run.Error.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')[0]));
        Assert.Contains("--n-embd is 8, and was 16 in the run that was saved; a run goes on only as it began.\n", run.Error);
        Assert.Contains(
            "alphabet is “anozë”, and was abcdefghijklmnopqrstuvwxyz in the run that was saved; give its text with --data.\n",
            run.Error);
        Assert.Matches("data_sha256 is .+ in the run that was saved; give its text with --data.\n", run.Error);
        Assert.Contains("--steps is 2, and was 3 in the run that was saved; it may only grow.\n", run.Error);
    }

    [Fact]
    public void A_checkpoint_supplies_options_even_where_another_file_is_wrong()
    {
        using var folder = Folder();
        folder.Run("--steps", "1", "--n-head", "2", "--save", "model", "--samples", "0");
        Assert.Equal(
            """
            nowhere/model cannot be saved: its folder does not exist; make room, or name another file with --save.
            n_embd is 9, which n_head, 2, does not divide; make it a multiple of 2.

            """, folder.Run("--resume", "model", "--n-embd", "9", "--save", "nowhere/model").Error);
    }

    [Fact]
    public void A_resumed_run_makes_more_steps_only_with_extend()
    {
        using var folder = Folder();
        folder.Run("--steps", "2", "--save", "model", "--samples", "0");
        var refused = folder.Run("--resume", "model", "--steps", "4");
        Assert.Equal(
            (2, "--steps is 4, and was 2 in the run that was saved; "
                + "as the learning rate of every step depends on it, more steps need --extend.\n"),
            (refused.ExitCode, refused.Error));
        var longer = folder.Run("--resume", "model", "--steps", "4", "--extend", "--samples", "0");
        Assert.Equal(["step    3 /    4", "step    4 /    4"], longer.Lines[3..5].Select(line => line.Split(" | ")[0]));
    }

    [Fact]
    public void A_run_that_diverges_is_warned_once_and_a_finite_one_is_saved()
    {
        using var folder = Folder();
        var run = folder.Run("--learning-rate", "10", "--steps", "60", "--samples", "0", "--save", "model");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(
            "^The running mean of the loss is [0-9]+ after step 2, more than 3 times that of chance, 3.2958; if it does not fall, "
            + "try a learning_rate of 0.01.\n$", run.Error);
        Assert.Equal(0, folder.Run("inspect", "model").ExitCode);
    }

    [Theory]
    [InlineData("--engine scalar --learning-rate 10", "The loss of step 2 is Infinity,")]
    [InlineData("--precision single --learning-rate 1e300 --steps 1", "The parameter wte[0, 0] after step 1 is NaN,")]
    public void A_run_whose_numbers_are_not_finite_saves_nothing(string arguments, string problem)
    {
        using var folder = Folder();
        var run = folder.Run([.. arguments.Split(' '), "--save", "model"]);
        Assert.Equal((2, $"{problem} not a number to learn from; try a learning_rate of 0.01.\n"), (run.ExitCode, run.Error));
        Assert.False(File.Exists(folder.PathOf("model")));
    }

    [Fact]
    public void A_loss_of_NaN_leaves_the_last_good_checkpoint()
    {
        using var folder = Folder();
        var run = folder.Run("--learning-rate", "1e300", "--save", "model", "--save-every", "1");
        Assert.Equal(
            (2, "The loss of step 2 is NaN, not a number to learn from; try a learning_rate of 0.01.\n"), (run.ExitCode, run.Error));
        Assert.Contains("steps made: 1\n", folder.Run("inspect", "model").Output);
    }

    [Fact]
    public void A_full_disk_ends_training_with_a_sentence_and_leaves_the_old_file()
    {
        using var folder = Folder();
        folder.Run("--steps", "1", "--save", "model", "--samples", "0", "--n-embd", "4");
        var old = folder.Bytes("model");
        var run = folder.RunOnDiskOf(kilobytes: 16, "--steps", "3", "--save", "model", "--force");
        Assert.Equal(
            (1, "model cannot be saved: it would be larger than the file system allows; make room, or name another file with --save.\n"),
            (run.ExitCode, run.Error));
        Assert.Equal(old, folder.Bytes("model"));
        Assert.False(File.Exists(folder.PathOf("model.part")));
    }

    [Theory]
    [InlineData("show loss --format svg", "loss.svg", 4)]
    [InlineData("show loss --format svg", "linked.svg", 4)]
    [InlineData("report --model model", "run.html", 64)]
    public void A_full_disk_leaves_the_old_page_or_picture(string command, string path, int kilobytes)
    {
        using var folder = Folder().With("loss.svg", "<svg/>").With("run.html", "<html/>");
        File.CreateSymbolicLink(folder.PathOf("linked.svg"), "loss.svg");
        folder.Run("--steps", "1", "--save", "model", "--samples", "0");
        var run = folder.RunOnDiskOf(kilobytes, [.. command.Split(' '), "--out", path, "--force"]);
        const string Reason = "it would be larger than the file system allows; make room, or name another file with --out.";
        Assert.Equal((1, "", $"{path} cannot be saved: {Reason}\n"), (run.ExitCode, run.Output, run.Error));
        Assert.Empty(Directory.GetFiles(folder.PathOf("."), "*.part"));
        Assert.Equal(("<svg/>", "<html/>"), (folder.Read("loss.svg"), folder.Read("run.html")));
    }

    [Fact]
    public void A_log_without_room_is_reported_before_the_first_step_or_ends_the_run_which_is_saved()
    {
        using var folder = Folder();
        var none = folder.Run("--save", "model", "--log", "/dev/full");
        Assert.Equal((2, ""), (none.ExitCode, none.Output));
        Assert.Matches("^The log /dev/full cannot be written: No space left on device.*; name a file that can be.\n$", none.Error);

        var full = folder.RunOnDiskOf(kilobytes: 100, "--steps", "100000", "--n-embd", "4", "--save", "model", "--log", "log.csv");
        Assert.Equal(1, full.ExitCode);
        Assert.Matches(
            "^The run could not go on: a file would be larger than the file system allows\nStep [0-9]+ is saved; go on with\n"
            + ".+ train --resume model --n-embd 4 --save model --log log.csv\n$",
            full.Error);
        Assert.Equal(0, folder.Run("inspect", "model").ExitCode);
    }

    [Fact]
    public void A_quiet_run_prints_samples_only()
    {
        using var folder = Folder();
        var run = folder.Run("--steps", "2", "--samples", "2", "--quiet", "--validation", "0.5");
        Assert.Matches("^sample  1: [a-z]*\nsample  2: [a-z]*\n$", run.Output);
    }

    private static Folder Folder() => new Folder().With("input.txt", Recorded.Bytes("given-names.txt"));
}
