using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Shell;

[Trait("Speed", "Slow")]
public sealed class RunningTextCommandFacts : IDisposable
{
    private const string Text = "To be, or not to be:\nthat is the question.\n\nWhether 'tis nobler\r\n in the mind to suffer\n";
    private const string Sizes = "--data hamlet --split none --n-embd 8 --n-head 2 --block-size 8 --batch-size 2";

    private readonly Folder folder = new Folder().With("hamlet", Text);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Running_text_is_learned_in_windows_and_sampled_as_one_text()
    {
        var run = Ran($"{Sizes} --steps 10 --samples 3 --validation 0.3 --save model");
        Assert.Equal($"num characters: {Text.Length - 1}", run.Lines[0]); // \r\n is one line end
        Assert.StartsWith($"vocab size: {Text.Replace("\r", "").Distinct().Count()} (", run.Lines[1]);
        Assert.Matches(@"(?m)^step   10 /   10 \| validation loss \d\.\d{4} \| perplexity \d+\.\d\d$", run.Output);
        var sample = run.Output[(run.Output.IndexOf("---\n") + "---\n".Length)..];
        Assert.Equal(3 * 8 + 1, sample.Length); // three blocks in one text, and a line end
        Assert.Contains("split: none\n", Ran("inspect model").Output);
        Assert.Contains("split: lines\n", Ran("--data hamlet --steps 1 --block-size 64 --save lines", "inspect lines").Output);
    }

    [Fact]
    public void A_run_on_running_text_that_is_resumed_ends_to_the_byte_as_one_that_never_stopped()
    {
        var whole = Ran($"{Sizes} --steps 6 --validation 0.3 --save whole --log whole.csv");
        using var stopped = folder.Start(Folder.Gigabyte, [.. $"{Sizes} --steps 6 --validation 0.3 --save part --save-every 3".Split(' ')]);
        stopped.StandardOutput.ReadToEnd();
        stopped.WaitForExit();
        Ran("--resume part --data hamlet --save part");
        Assert.Equal(folder.Bytes("whole"), folder.Bytes("part"));
        Assert.Equal(0, whole.ExitCode);
    }

    [Fact]
    public void A_run_goes_on_only_with_its_split()
    {
        Ran($"{Sizes} --steps 2 --save model");
        var run = folder.Run("--resume", "model", "--data", "hamlet", "--split", "blank", "--save", "model");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--split is blank, and was none in the run that was saved; a run goes on only as it began.\n", run.Error);
    }

    [Theory]
    [InlineData("lines", "num docs: 4")]
    [InlineData("blank", "num docs: 2")]
    [InlineData("that", "num docs: 2")]
    [InlineData("none", "num characters: 87")]
    public void A_split_is_an_option_of_a_run(string split, string first) =>
        Assert.Equal(first, Ran($"--data hamlet --split {split} --steps 1 --samples 0 --block-size 64").Lines[0]);

    [Fact]
    public void Scores_of_a_file_obey_the_split_of_the_model()
    {
        Ran($"{Sizes} --steps 2 --save text", "--data hamlet --split blank --steps 2 --block-size 64 --save blank");
        var windows = Ran("score --model text --data hamlet").Lines;
        Assert.Equal(1 + (86 + 7) / 8 + 1, windows.Length - 1); // a head, the windows, the sum
        Assert.EndsWith($"(all {(86 + 7) / 8})", windows[^2]);
        var documents = Ran("score --model blank --data hamlet").Lines;
        Assert.Equal(4, documents.Length - 1);
        Assert.Contains(documents, line => line.EndsWith("To be, or not to be:⏎that is the question."));
        Assert.Contains("Running text is scored from its second character on", folder.Run("score", "--model", "text", "T").Error);
        Assert.EndsWith("  To be", Ran("score --model text", ["To be"]).Lines[1]);
    }

    [Fact]
    public void Gradient_check_report_and_benchmark_take_running_text()
    {
        var check = Ran("gradcheck --data hamlet --split none --n-embd 4 --n-head 2 --block-size 8");
        Assert.Contains("“To be, or”", check.Output); // eight positions, and a target for each
        Ran($"{Sizes} --steps 5 --save model --log log.csv");
        Ran("report --model model --data hamlet --log log.csv --out run.html");
        Assert.Contains("longest stretch that stands in the data", folder.Read("run.html"));
        Assert.Contains("generation: best", Ran("bench --data hamlet --split none --block-size 8 --steps 100").Output);
    }

    [Fact]
    public void A_sample_of_running_text_begins_with_the_prompt_and_has_the_length_that_is_given()
    {
        Ran($"{Sizes} --steps 5 --save model");
        Assert.Equal("To be, or not".Length + 30 + 1, Ran("sample --model model --length 30 --prompt", ["To be, or not"]).Output.Length);
        Assert.StartsWith("To be, or not", Ran("sample --model model --length 30 --prompt", ["To be, or not"]).Output);
        Assert.Equal(500 + 1, Ran("sample --model model").Output.Length);
        Assert.Equal(2 * (20 + 1), Ran("sample --model model --length 20 --count 2").Output.Length);
        Assert.Equal(
            "--unique and --novel compare documents, and this model writes running text; leave them out.\n",
            folder.Run("sample", "--model", "model", "--unique").Error);
        Assert.Equal(20, Ran("sample --model model --length 20 --show-probabilities").Lines.Count(line => Regex.IsMatch(line, "%")));
    }

    [Fact]
    public void A_sample_of_running_text_that_is_interrupted_ends_its_line()
    {
        Ran($"{Sizes} --steps 5 --save model");
        using var process = folder.StartHeedingSignals("sample", "--model", "model", "--length", "100000000");
        var first = process.StandardOutput.Read();
        Signal(process.Id);
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.NotEqual(-1, first);
        Assert.EndsWith("\n", rest);
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("", process.StandardError.ReadToEnd());
    }

    [Fact]
    public void A_sample_after_training_is_printed_as_it_is_made_and_its_line_is_ended_by_an_interruption()
    {
        using var process = folder.StartHeedingSignals([.. $"{Sizes} --steps 1 --samples 100000000 --quiet --save model".Split(' ')]);
        var first = process.StandardOutput.Read();
        Signal(process.Id);
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.NotEqual(-1, first);
        Assert.EndsWith("\n", rest);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("steps made: 1\n", Ran("inspect model").Output);
    }

    [Fact]
    public void Control_characters_of_settings_are_escaped_in_a_pipe()
    {
        folder.With("bell", "\aa\nb\n\aa\nc\n");
        Ran("--data bell --steps 1 --samples 0 --save rung --split", ["\a"]);
        Assert.Contains("split: \\u0007\n", Ran("inspect rung").Output);
        Assert.Contains("split: \\u0007 (command line)\n", Ran("inspect --split", ["\a"]).Output);
        Assert.Contains("data: a\\u000Ab (command line)\n", Ran("inspect --data", ["a\nb"]).Output);
    }

    [Fact]
    public void A_name_may_be_longer_than_the_block()
    {
        folder.With("names", "annannannannann\n");
        Ran("--data names --steps 300 --block-size 4 --samples 0 --save model");
        Assert.Equal("annannann".Length, Ran("sample --model model --prompt annan --length 4 --count 1 --temperature 0").Lines[0].Length);
    }

    [Theory]
    [InlineData("--data hamlet --split none --block-size 87",
        "The text has 87 characters, and a window of block_size 87 needs 88; choose a smaller block_size, or a longer text.")]
    [InlineData("--data hamlet --split none --block-size 16 --validation 0.1",
        "The text that is held out has 9 characters, and a window of block_size 16 needs 17; choose a smaller block_size, or a longer "
        + "text.")]
    [InlineData("--data hamlet --split line",
        "hamlet cannot be split into documents: no line of it begins with “line”; choose another split: lines, none, blank, or the text "
        + "that a separating line begins with.")]
    public void A_text_that_cannot_be_learned_so_is_refused(string arguments, string sentence)
    {
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, "", $"{sentence}\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_split_and_its_problem_come_from_a_file_too()
    {
        folder.With("run.json", "{ \"data\": \"hamlet\", \"split\": \"blank\", \"steps\": 1, \"samples\": 0, \"block_size\": 64 }");
        Assert.Equal("num docs: 2", Ran("--config run.json").Lines[0]);
        folder.With("bad.json", "{ \"split\": \"\" }");
        Assert.Equal(
            "bad.json: split is empty; it must be lines, none, blank, or the text that a separating line begins with.\n",
            folder.Run("--config", "bad.json").Error);
    }

    private Run Ran(params string[] commands) => commands.Select(command => Ran(command, [])).ToArray()[^1];

    private Run Ran(string command, string[] texts)
    {
        var run = folder.Run([.. command.Split(' '), .. texts]);
        Assert.True(run.ExitCode == 0, $"{command}: {run.Error}");
        return run;
    }

    private static void Signal(int process)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process}"]);
        kill.WaitForExit();
    }
}
