using System.Globalization;
using System.Text.Json;

namespace MicroGpt.Facts.Shell;

[Trait("Speed", "Slow")]
public class TrainFacts
{
    private static readonly JsonElement GivenNames = Recorded.Json("given-names.json");

    [Fact]
    public void Without_arguments_or_a_network_the_original_lines_are_printed_until_the_output_is_closed()
    {
        using var folder = new Folder();
        using var process = folder.Start(Folder.Gigabyte);
        var losses = GivenNames.GetProperty("losses").Doubles();
        string[] expected =
        [
            "num docs: 2438",
            "vocab size: 27 (loss of chance: 3.2958, of a table of characters: 2.8522, of pairs: 2.4249)",
            "num params: 4192",
            .. losses.Take(5).Select((loss, i) => $"step {i + 1,4} / 1000 | loss {loss.ToString("F4", CultureInfo.InvariantCulture)}"),
        ];
        Assert.Equal(expected, expected.Select(_ => process.StandardOutput.ReadLine()!));

        process.StandardOutput.Close();
        Assert.Matches("^https://.+ could not be downloaded: .+\\. Learning from .+ instead\\.\n$", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(folder.PathOf("input.txt")));
    }

    [Theory]
    [InlineData("train --steps 3 --samples 2")]
    [InlineData("--steps 3 train --samples 2")]
    [InlineData("train --resume saved --samples 2")]
    public void The_command_train_does_the_same_as_no_command(string arguments)
    {
        using var folder = new Folder().With("input.txt", "anna\nbob\nzoë\n");
        var unnamed = folder.Run("--steps", "3", "--samples", "2", "--save", "saved");
        var named = folder.Run(arguments.Split(' '));
        Assert.Equal((0, ""), (named.ExitCode, named.Error));
        Assert.Equal(unnamed.Lines[^4..], named.Lines[^4..]);
    }

    [Fact]
    public void A_run_ends_with_samples_under_a_heading()
    {
        using var folder = new Folder().With("input.txt", Recorded.Bytes("given-names.txt"));
        var run = folder.Run("--steps", "2", "--samples", "3");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["", "--- inference (new, hallucinated names) ---"], run.Lines[5..7]);
        Assert.All([1, 2, 3], i => Assert.Matches($"^sample  {i}: [a-z]*$", run.Lines[6 + i]));
        Assert.Equal([""], run.Lines[10..]);
    }

    [LastBitsFact]
    public void The_log_holds_every_step_in_numbers_that_read_back_the_same()
    {
        using var folder = new Folder().With("names.txt", Recorded.Bytes("given-names.txt")).With("log.csv", "what was there before");
        folder.Run("--data", "names.txt", "--steps", "2", "--samples", "0", "--engine", "scalar", "--log", "log.csv", "--force");

        var rows = folder.Read("log.csv").Split('\n');
        string[] matrices =
        [
            "wte", "wpe", "lm_head", "layer0.attn_wq", "layer0.attn_wk", "layer0.attn_wv", "layer0.attn_wo", "layer0.mlp_fc1",
            "layer0.mlp_fc2",
        ];
        Assert.Equal(
            [
                "step", "loss", "learning_rate", "gradient_norm", "validation_loss", "validation_loss_per_document",
                .. matrices.Select(name => $"gradient_norm.{name}"), "documents_per_second",
            ],
            rows[0].Split(','));
        Assert.Equal(["1", "2"], rows[1..3].Select(row => row.Split(',')[0]));
        Recorded.EqualBits(GivenNames.GetProperty("losses").Doubles().Take(2), rows[1..3].Select(row => Number(row.Split(',')[1])));
        Recorded.EqualBits([0.01, 0.005], rows[1..3].Select(row => Number(row.Split(',')[2])));
        Assert.All(rows[1..3].Select(row => row.Split(',')), cells =>
            Assert.Equal(Number(cells[3]), Math.Sqrt(cells[6..^1].Sum(norm => Number(norm) * Number(norm))), 1e-12)); // two roots, rounded
        Assert.Equal([""], rows[3..]);

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Data_named_by_option_are_used_instead_of_input_txt()
    {
        using var folder = new Folder().With("input.txt", "anna\nbob\n").With("names.txt", "zoë\n");
        Assert.Equal("num docs: 2", folder.Run("--steps", "1", "--samples", "0").Lines[0]);
        Assert.Equal("num docs: 1", folder.Run("--steps", "1", "--samples", "0", "--data", "names.txt").Lines[0]);
    }

    [Theory]
    [InlineData("one document", "anna", 1, 3)]
    [InlineData("one character", "a\na\naaa\n", 3, 2)]
    [InlineData("Windows line ends", "anna\r\nbob\r\n\r\n", 2, 5)]
    [InlineData("emoji", "🦊🐻\n🐻‍❄️\n", 2, 6)]
    public void Any_UTF8_text_can_be_learned(string what, string text, int documents, int tokens)
    {
        using var folder = new Folder().With("input.txt", text);
        var run = folder.Run("--steps", "3", "--samples", "2");
        Assert.True((run.ExitCode, run.Error) == (0, ""), $"{what}: {run.Error}");
        Assert.Equal($"num docs: {documents}", run.Lines[0]);
        Assert.StartsWith(FormattableString.Invariant($"vocab size: {tokens} (loss of chance: {Math.Log(tokens):F4}, of"), run.Lines[1]);
        Assert.StartsWith("sample  2: ", run.Lines[9]);
    }

    [Fact]
    public void The_header_is_printed_before_the_memory_of_the_parameters_is_needed()
    {
        using var folder = new Folder().With("input.txt", "anna\nbob\n");
        using var process = folder.Start(600_000_000, "--n-layer", "10000");
        Assert.Equal(
            "num docs: 2\n"
            + "vocab size: 5 (loss of chance: 1.6094, of a table of characters: 1.5811, of pairs: 0.6161)\n"
            + "num params: 30720416\n",
            process.StandardOutput.ReadToEnd());
        Assert.StartsWith("There is not enough memory for a model of this size;", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public void A_line_of_100_MB_is_a_document_like_others()
    {
        using var folder = new Folder().With("input.txt", [.. Enumerable.Repeat((byte)'a', 100_000_000), .. "\nbob\n"u8]);
        using var process = folder.Start(2 * Folder.Gigabyte, "--steps", "2", "--samples", "1");
        Assert.Equal("num docs: 2", process.StandardOutput.ReadLine());
        Assert.StartsWith("sample  1: ", process.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n')[^1]);
        process.WaitForExit();
        const string Cut = "block_size 16 cuts the end off 1 of 2 lines: "
            + "the model never sees 99,999,984 of 100,000,003 characters (over 99.9%); "
            + "a model of --block-size 100000001 sees all.\n";
        Assert.Equal((0, Cut), (process.ExitCode, process.StandardError.ReadToEnd()));
    }

    [Fact]
    public void An_endless_device_is_refused_as_too_large()
    {
        using var folder = new Folder();
        Assert.StartsWith("/dev/zero has more than 268,435,456 bytes,", folder.Run("--data", "/dev/zero").Error);
    }

    [Fact]
    public void A_file_of_a_gigabyte_is_refused_before_all_of_it_is_read()
    {
        using var folder = new Folder();
        using (var file = File.Create(folder.PathOf("input.txt"))) file.SetLength(1 << 30); // sparse
        var run = folder.Run();
        Assert.Equal(
            (2, "input.txt has more than 268,435,456 bytes, which is the most that is read; learn from a part of it.\n"),
            (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("[suggest:2]", "sa", "sample")]
    [InlineData("[suggest:11]", "sample --to", "--top-k")]
    [InlineData("[suggest:20]", "microgpt --precisio", "--precision")]
    public void Completions_are_suggested_to_a_shell(string directive, string typed, string suggestion)
    {
        using var folder = new Folder();
        Assert.Contains(suggestion, folder.Run(directive, typed).Lines);
    }

    [Fact]
    public void A_seed_may_be_of_any_size_and_determines_the_run()
    {
        using var folder = new Folder().With("input.txt", "anna\nbob\nzoë\n");
        string[] seeds = ["0", "0", "340282366920938463463374607431768211456"];
        string[] runs = [.. seeds.Select(seed => folder.Run("--steps", "1", "--seed", seed).Output)];
        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--steps x --version")]
    public void The_version_is_printed_and_nothing_else(string arguments)
    {
        using var folder = new Folder();
        var version = typeof(MicroGpt.Shell.Options.VersionAction).Assembly.GetName().Version!;
        Assert.Equal(new(0, $"{version.ToString(3)}\n", ""), folder.Run(arguments.Split(' ')));
        Assert.Matches(@"--version +\w", folder.Run("--help").Output);
    }

    [Fact]
    public void Help_lists_each_option_with_meaning_and_default()
    {
        using var folder = new Folder();
        var run = folder.Run("--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        (string Option, string Default)[] options =
        [
            ("--n-embd <n>", "16"), ("--n-head <n>", "4"), ("--n-layer <n>", "1"), ("--block-size <n>", "16"), ("--steps <n>", "1000"),
            ("--learning-rate <x>", "0.01"), ("--seed <n>", "42"), ("--temperature <x>", "0.5"), ("--samples <n>", "20"),
            ("--engine <name>", "compiled"), ("--validation <x>", "0"), ("--precision <name>", "double"),
        ];
        Assert.All(options, option => Assert.Matches($@"{option.Option} +\w.+ \[default: {option.Default}\]", run.Output));
        Assert.Matches(@"--data <file> +\w", run.Output);
        Assert.Matches(@"--log <file> +\w", run.Output);
        Assert.Contains("input.txt in the current folder", run.Output);
    }
}
