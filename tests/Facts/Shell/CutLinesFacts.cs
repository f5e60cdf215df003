namespace MicroGpt.Facts.Shell;

/// <summary>Lines that are longer than the block, in every command that reads lines.</summary>
[Trait("Speed", "Slow")]
public class CutLinesFacts
{
    private const string Line = "abcdefghijklmnopQRS", Seen = "abcdefghijklmnop";

    private const string Cut = "the model never sees 3 of 19 characters (15.8%), and “QRS” occur nowhere else; "
        + "a model of --block-size 20 sees all.\n";

    [Theory]
    [InlineData("--steps 3 --samples 2")]
    [InlineData("gradcheck --n-embd 4")]
    [InlineData("bench --steps 20 --n-embd 4")]
    public void Lines_that_are_cut_are_told(string arguments)
    {
        using var folder = new Folder().With("input.txt", Line);
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((0, $"block_size 16 cuts the end off 1 of 1 lines: {Cut}"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_name_as_long_as_the_block_is_compared_with_the_start_of_a_line()
    {
        using var folder = new Folder().With("input.txt", Line);
        folder.Run("--steps", "300", "--samples", "0", "--save", "model");
        Assert.Equal(new(0, Seen + "\n", ""), folder.Run("sample", "--model", "model", "--temperature", "0", "--count", "1"));
        Assert.Equal(
            new(2, "", "0 of 1 names were found, and 1000 more in a row were left out; ask for fewer, or raise --temperature.\n"),
            folder.Run("sample", "--model", "model", "--temperature", "0", "--count", "1", "--novel", "input.txt"));

        var report = folder.Run("report", "--model", "model", "--text", Line, "--out", "run.html");
        Assert.Equal((0, $"block_size 16 cuts the end off 1 of 1 texts: {Cut}"), (report.ExitCode, report.Error));
        Assert.Contains($"<td>{Seen}</td><td>0</td><td>{Seen}</td>", folder.Read("run.html"));
    }
}
