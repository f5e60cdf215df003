using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Shell;

/// <summary>A folder with a saved model.</summary>
public sealed class TrainedFolder : IDisposable
{
    public TrainedFolder() => Run = Folder.Run("--steps", "100", "--samples", "8", "--save", "model");

    internal Folder Folder { get; } = new Folder().With("input.txt", Recorded.Bytes("given-names.txt"));

    internal Run Run { get; }

    public void Dispose() => Folder.Dispose();
}

/// <summary>The commands on a saved model.</summary>
[Trait("Speed", "Slow")]
public class ModelFacts(TrainedFolder trained) : IClassFixture<TrainedFolder>
{
    private readonly Folder folder = trained.Folder;

    [Fact]
    public void Sample_prints_the_names_that_training_ended_with() =>
        Assert.Equal(
            [.. trained.Run.Lines[^9..^1].Select(line => line.Split(": ")[1]), ""],
            Output("sample --model model --count 8").Split('\n'));

    [Fact]
    public void Seed_prompt_and_sampling_options_change_the_samples()
    {
        Assert.Equal(Output("sample --model model --seed 5"), Output("sample --model model --seed 5"));
        Assert.NotEqual(Output("sample --model model --seed 5"), Output("sample --model model --seed 6"));
        Assert.All(Output("sample --model model --prompt ann").TrimEnd('\n').Split('\n'), name => Assert.StartsWith("ann", name));
        Assert.Single(Output("sample --model model --top-k 1").TrimEnd('\n').Split('\n').Distinct());
        Assert.Equal(Output("sample --model model --top-k 1"), Output("sample --model model --temperature 0"));
        Assert.Single(Output("sample --model model --top-p 0.000001").TrimEnd('\n').Split('\n').Distinct());
    }

    [Fact]
    public void Options_make_names_unique_and_novel()
    {
        var known = folder.Read("input.txt").Split('\n').ToHashSet();
        var novel = Output("sample --model model --count 30 --unique --novel input.txt --prompt a").TrimEnd('\n').Split('\n');
        Assert.Equal(30, novel.Distinct().Count());
        Assert.Empty(novel.Intersect(known));
        var run = folder.Run("sample", "--model", "model", "--top-k", "1", "--unique");
        Assert.Equal(
            (2, "1 of 20 names were found, and 1000 more in a row were left out; ask for fewer, or raise --temperature.\n"),
            (run.ExitCode, run.Error));
        Assert.Single(run.Output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Each_character_is_shown_with_its_probability_and_the_likeliest_others()
    {
        var lines = Output("sample --model model --count 1 --top-k 3 --prompt b --show-probabilities").TrimEnd('\n').Split('\n');
        Assert.Equal(lines[0][1..], string.Concat(lines[1..lines[0].Length].Select(line => line[3])));
        Assert.All(lines[1..], line => Assert.Matches(@"^  ( . |end) +[0-9.]+% \|( ( . |end) +[0-9.]+%){0,3}$", line));
        Assert.All(lines[1..], line =>
        {
            var percentages = line.Split(['%', ' ', '|'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Contains('.'));
            Assert.Equal(100, percentages.Sum(double.Parse), 0.2);
        });
    }

    [Fact]
    public void Texts_are_listed_from_the_most_bits_per_character_down()
    {
        var rows = Output("score --model model anna xqzt maria").TrimEnd('\n').Split('\n');
        Assert.Equal(["bits", "perplexity", "log", "p", "text"], rows[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith("  xqzt", rows[1]);
        Assert.EndsWith("  (all 3)", rows[4]);
        double[] bits = [.. rows[1..4].Select(row => double.Parse(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]))];
        Assert.Equal(bits.OrderDescending(), bits);
    }

    [Fact]
    public void Texts_longer_than_the_block_are_reported()
    {
        var run = folder.Run("score", "--model", "model", "anna", new string('a', 17));
        Assert.Equal(
            (0, "block_size 16 cuts the end off 1 of 2 texts: the model never sees 1 of 21 characters (4.8%); "
                + "a model of --block-size 18 sees all. Only the part that fits is scored, as in training.\n"),
            (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_file_is_scored_line_by_line()
    {
        folder.With("texts.txt", "zzz\nanna\n");
        Assert.Equal(Output("score --model model anna zzz"), Output("score --model model --data texts.txt"));
    }

    [Fact]
    public void The_lines_with_the_most_bits_are_the_first_of_all()
    {
        string[] all = Output("score --model model --data input.txt").Split('\n'), three = Output(
            "score --model model --data input.txt --count 3").Split('\n');
        Assert.Equal([.. all[..4], .. all[^2..]], three);
        string[] shown = [.. Output("score --model model --data input.txt --count 1 --show-probabilities").Split('\n')];
        Assert.Equal(all[..2], shown[..2]);
        Assert.Equal(Output($"score --model model --show-probabilities {all[1].Split(' ')[^1]}").Split('\n')[2..^1], shown[2..^2]);
    }

    // A line's probabilities take some kilobytes, so that those of all lines would not fit.
    [Fact]
    public void A_long_file_is_scored_in_little_memory()
    {
        folder.With("many.txt", string.Concat(Enumerable.Repeat("annabel\n", 40_000)));
        using var process = folder.Start(memory: 60_000_000, "score", "--model", "model", "--data", "many.txt");
        Assert.EndsWith("  (all 40000)\n", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_character_outside_the_alphabet_is_reported_with_its_line()
    {
        folder.With("wrong.txt", "anna\n\nzoë\nbob\n");
        var run = folder.Run("score", "--model", "model", "--data", "wrong.txt");
        Assert.Equal(
            new(2, "", "wrong.txt, line 3: Character 3 of “zoë” is ë (U+00EB), which the alphabet lacks; "
                + "use only “abcdefghijklmnopqrstuvwxyz”.\n"),
            run);
    }

    [Fact]
    public void Of_many_lines_with_wrong_characters_ten_are_reported()
    {
        folder.With("wrong.txt", string.Concat(Enumerable.Range(0, 12).Select(i => $"{i}\n")));
        var sentences = folder.Run("score", "--model", "model", "--data", "wrong.txt").Error.Split('\n');
        Assert.Equal(12, sentences.Length);
        Assert.StartsWith("wrong.txt, line 10: ", sentences[9]);
        Assert.Equal("2 more texts have such characters.", sentences[10]);
    }

    [Fact]
    public void Texts_are_stripped_of_white_space_as_the_lines_of_a_file_are()
    {
        var run = folder.Run("score", "--model", "model", "anna ", "\tzzz\n");
        Assert.Equal(new(0, Output("score --model model anna zzz"), ""), run);
    }

    [Fact]
    public void Inspect_prints_settings_and_a_table_of_statistics()
    {
        var lines = Output("inspect model").Split('\n');
        Assert.Subset(lines.ToHashSet(), new HashSet<string>
        {
            "n_embd: 16", "n_head: 4", "n_layer: 1", "block_size: 16", "alphabet: “abcdefghijklmnopqrstuvwxyz”", "steps: 100",
            "steps made: 100", "learning_rate: 0.01", "seed: 42", "batch_size: 1", "precision: double", "engine: compiled", "validation: 0",
            "num params: 4192",
        });
        Assert.Equal(9, lines.Count(line => Regex.IsMatch(line, @"^[a-z0-9_.]+ +\[\d+, \d+\]( +-?[0-9]\.[0-9]{4}){4}$")));
    }

    [Theory]
    [InlineData("sample", "--model is missing; write --model model.safetensors.")]
    [InlineData("sample --model", "--model has no value; write one after it, such as --model model.safetensors.")]
    [InlineData("sample --model model --model model", "--model is given 2 times; give it once.")]
    [InlineData("sample --model nowhere --prompt a --prompt b --count --top-k x",
        "nowhere cannot be read: it does not exist; name a file that --save wrote.",
        "--prompt is given 2 times; give it once.",
        "--top-k is “x”, not a whole number; write it in digits alone, such as 16.",
        "--count has no value; write one after it, such as --count 20.")]
    [InlineData("sample --model nowhere", "nowhere cannot be read: it does not exist; name a file that --save wrote.")]
    [InlineData("sample --model input.txt",
        "input.txt cannot be used as a checkpoint: it is a text file that begins with “aaliyah”; name a file that --save wrote.")]
    [InlineData("sample --model model --prompt zoë",
        "Character 3 of “zoë” is ë (U+00EB), which the alphabet lacks; use only “abcdefghijklmnopqrstuvwxyz”.")]
    [InlineData("sample --model model --top-k 0", "--top-k is 0; it must be at least 1.")]
    [InlineData("sample --model model --top-p 1.5", "--top-p is 1.5; it must be at most 1.")]
    [InlineData("sample --model model --prompt --help",
        "--prompt has no value; write one after it, such as --prompt ann, or --prompt=--x for one that begins with a dash.")]
    [InlineData("sample --model model --prompt=--help",
        "Character 1 of “--help” is - (U+002D), which the alphabet lacks; use only “abcdefghijklmnopqrstuvwxyz”.")]
    [InlineData("sample --model model --prompt -- --x",
        "The argument “--x” belongs to no option; leave it out.",
        "--prompt has no value; write one after it, such as --prompt ann, or --prompt=--x for one that begins with a dash.")]
    [InlineData("sample --model model ann", "The argument “ann” belongs to no option; leave it out.")]
    [InlineData("sample --model model --promt ann", "There is no option --promt; the nearest is --prompt, and --help lists them all.")]
    [InlineData("smaple --model model", "There is no command “smaple”; the nearest is sample, and --help lists them all.")]
    [InlineData("score --model model", "score needs a text; write one, such as anna, or --data and a file of texts.")]
    [InlineData("score --model model anna --data input.txt", "score was given both texts and --data; leave one of the two out.")]
    [InlineData("score --model model zoë",
        "Character 3 of “zoë” is ë (U+00EB), which the alphabet lacks; use only “abcdefghijklmnopqrstuvwxyz”.")]
    [InlineData("score --model model -- --x y",
        "Character 1 of “--x” is - (U+002D), which the alphabet lacks; use only “abcdefghijklmnopqrstuvwxyz”.")]
    [InlineData("score --model model -- anna --help",
        "Character 1 of “--help” is - (U+002D), which the alphabet lacks; use only “abcdefghijklmnopqrstuvwxyz”.")]
    [InlineData("score --model model --x -- --y", "There is no option --x; --help lists them all.")]
    [InlineData("score --mdoel model anna", "There is no option --mdoel; the nearest is --model, and --help lists them all.",
        "--model is missing; write --model model.safetensors.")]
    [InlineData("inspect", "inspect needs a file; name one, such as microgpt inspect model.safetensors.")]
    [InlineData("inspect model input.txt", "inspect takes one file and was given 2; name one.")]
    [InlineData("inspect input.txt",
        "input.txt cannot be used as a checkpoint: it is a text file that begins with “aaliyah”; name a file that --save wrote.")]
    public void Each_problem_is_reported_in_a_sentence(string arguments, params string[] sentences)
    {
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal(sentences, run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_file_larger_than_any_checkpoint_is_refused_by_its_size()
    {
        folder.With("large", [.. BitConverter.GetBytes(40L), .. """{"w":{"dtype":"F32"}                    }"""u8]);
        using (var file = File.OpenWrite(folder.PathOf("large"))) file.SetLength(5_000_000_000); // sparse
        Assert.Equal(
            "large cannot be read: it has 5000000000 bytes, more than a file of this program; name a file that --save wrote.\n",
            folder.Run("inspect", "large").Error);
        File.Delete(folder.PathOf("large"));
    }

    [Theory]
    [InlineData("sample --model model --count 1000000")]
    [InlineData("score --model model --data input.txt")]
    [InlineData("inspect model")]
    [InlineData("sample --help")]
    public void A_closed_output_is_no_error(string arguments)
    {
        using var process = folder.Start(Folder.Gigabyte, arguments.Split(' '));
        process.StandardOutput.Close();
        Assert.Equal("", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string Output(string arguments)
    {
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output;
    }
}
