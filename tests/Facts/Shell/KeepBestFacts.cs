using System.Globalization;
using MicroGpt.Checkpoints;

namespace MicroGpt.Facts.Shell;

/// <summary>The checkpoint of the best validation, and the end of a run that gets no better.</summary>
[Trait("Speed", "Slow")]
public class KeepBestFacts
{
    // Few names and a high rate: the model learns them by heart, and the best validation comes early.
    private const string Run = "--steps 200 --samples 2 --n-embd 8 --n-head 2 --learning-rate 0.05 --validation 0.3 "
        + "--save model --log log.csv";

    [Fact]
    public void The_best_is_the_run_at_the_lowest_validation_loss_of_its_log()
    {
        using var folder = Folder();
        Assert.Equal((0, ""), Outcome(folder.Run($"{Run} --keep-best best".Split(' '))));
        var (loss, step) = Validations(folder).Min();
        var best = BestOf(folder);
        Assert.Equal((loss, step, step), (best.Best.Loss, best.Best.Step, best.State.Step));
        Assert.InRange(step, 20, 180);

        Assert.Equal((0, ""), Outcome(folder.Run($"{Run} --resume best --force".Split(' '))));
        var resumed = folder.Bytes("model");
        Assert.Equal((0, ""), Outcome(folder.Run($"{Run} --force".Split(' '))));
        Assert.Equal(folder.Bytes("model"), resumed);
    }

    [Fact]
    public void A_run_out_of_patience_ends_with_a_sentence_and_goes_on_with_more()
    {
        using var folder = Folder();
        var run = folder.Run($"{Run} --patience 2 --keep-best best".Split(' '));
        Assert.Equal(0, run.ExitCode);
        var validations = Validations(folder).ToArray();
        var (loss, best) = validations.Min();
        Assert.Equal(best + 40, validations[^1].Step);
        Assert.Equal(FormattableString.Invariant(
            $"The run ended after step {best + 40}: 2 validations in a row were not better than that of step {best}, {loss:F4}; ")
            + "a larger --patience goes on.\n", run.Error);
        Assert.Contains("sample  2: ", run.Output);

        var again = folder.Run($"{Run} --resume model --keep-best best".Split(' '));
        Assert.Equal((0, run.Error), Outcome(again));
        Assert.Equal(run.Lines[^4..], again.Lines[^4..]);
        var longer = folder.Run($"{Run} --resume model --patience 3 --keep-best best".Split(' '));
        using var whole = Folder();
        var expected = whole.Run($"{Run} --patience 3 --keep-best best".Split(' '));
        Assert.Equal((0, expected.Error), Outcome(longer));
        Assert.Equal(whole.Bytes("model"), folder.Bytes("model"));
        Assert.Equal(BestOf(whole).State, BestOf(folder).State); // the patience that it was kept with is another
        Assert.Equal(whole.Rows("log.csv"), folder.Rows("log.csv"));
    }

    [Theory]
    [InlineData("--keep-best best", "--keep-best says where to keep the best, and no documents are held out to find it by; "
        + "write --validation 0.1, too.")]
    [InlineData("--patience 3", "patience is 3, and no documents are held out to validate by; give a validation of 0.1, too.")]
    [InlineData("--patience 0 --validation 0.5", "--patience is 0; it must be at least 1.")]
    [InlineData("--save model --keep-best ./model --validation 0.5",
        "--save model and --keep-best ./model would overwrite each other; name two files.")]
    [InlineData("--keep-best input.txt --validation 0.5",
        "--keep-best input.txt would overwrite input.txt, which --data names by default; name another file.")]
    [InlineData("--keep-best other --validation 0.5",
        "other is a checkpoint of 1 step; --resume other goes on from it, --force replaces it.")]
    [InlineData("--resume other --extend --steps 9 --keep-best kept",
        "kept is a checkpoint of 1 step; --resume kept goes on from it, --force replaces it.")]
    public void A_best_without_validation_or_in_the_place_of_another_file_is_refused(string options, string problem)
    {
        using var folder = Folder();
        Assert.Equal((0, ""), Outcome(folder.Run("--steps 1 --samples 0 --validation 0.5 --save other".Split(' '))));
        Assert.Equal((0, ""), Outcome(folder.Run("--steps 1 --samples 0 --validation 0.5 --seed 1 --keep-best kept".Split(' '))));
        var kept = folder.Bytes("kept");
        Assert.Equal((2, $"{problem}\n"), Outcome(folder.Run($"{options} --samples 0".Split(' '))));
        Assert.Equal(kept, folder.Bytes("kept"));
    }

    [Fact]
    public void A_best_that_cannot_be_written_ends_the_run()
    {
        using var folder = Folder();
        var run = folder.RunOnDiskOf(30, "--steps 2 --samples 0 --validation 0.5 --keep-best best".Split(' '));
        Assert.Equal(1, run.ExitCode);
        Assert.Matches("^best cannot be saved: .+ with --keep-best.\n$", run.Error);
        Assert.False(File.Exists(folder.PathOf("best.part")));
    }

    private static Checkpoint BestOf(Folder folder) => CheckpointFile.Read(folder.Bytes("best"), "best").OrThrow();

    private static (int, string) Outcome(Run run) => (run.ExitCode, run.Error);

    private static IEnumerable<(double Loss, int Step)> Validations(Folder folder) =>
        from row in folder.Read("log.csv").TrimEnd('\n').Split('\n').Skip(1)
        let cells = row.Split(',')
        where cells[4] != ""
        select (double.Parse(cells[4], CultureInfo.InvariantCulture), int.Parse(cells[0], CultureInfo.InvariantCulture));

    private static Folder Folder() => new Folder().With("input.txt", string.Join('\n', Names));

    private static IEnumerable<string> Names =>
        System.Text.Encoding.UTF8.GetString(Recorded.Bytes("given-names.txt")).Split('\n').Take(60);
}
