namespace MicroGpt.Facts.Shell;

/// <summary>The configuration of a run as a file.</summary>
[Trait("Speed", "Slow")]
public class ConfigurationFacts
{
    private static readonly string[] Options =
    [
        "--data", "names.txt", "--n-embd", "8", "--n-head", "2", "--n-layer", "2", "--block-size", "12", "--steps", "20",
        "--batch-size", "3", "--learning-rate", "0.02", "--seed", "12345678901234567890", "--precision", "single", "--validation", "0.02",
        "--threads", "1", "--temperature", "0.7", "--samples", "3", "--optimizer", "adamw", "--weight-decay", "0.2", "--decay-embeddings",
        "--clip", "1",
    ];

    [Fact]
    public void Two_people_who_exchange_a_file_get_the_same_bytes()
    {
        using var first = new Folder().With("names.txt", Recorded.Bytes("given-names.txt"));
        var printed = first.Run([.. Options, "--print-config"]);
        Assert.Equal((0, ""), (printed.ExitCode, printed.Error));
        var expected = first.Run([.. Options, "--save", "model", "--log", "log.csv"]);
        Assert.Equal((0, ""), (expected.ExitCode, expected.Error));

        using var second = new Folder().With("names.txt", Recorded.Bytes("given-names.txt")).With("run.json", printed.Output);
        Assert.Equal(printed, second.Run("--config", "run.json", "--print-config"));
        Assert.Equal(expected, second.Run("--config", "run.json", "--save", "model", "--log", "log.csv"));
        Assert.Equal(first.Bytes("model"), second.Bytes("model"));
        Assert.Equal(first.Rows("log.csv"), second.Rows("log.csv"));
    }

    [Fact]
    public void A_file_of_every_default_is_a_run_without_a_file()
    {
        using var folder = new Folder();
        var defaults = folder.Run("--print-config");
        folder.With("run.json", defaults.Output).With("empty.json", "{}");
        Assert.Equal(defaults, folder.Run("--config", "run.json", "--print-config"));
        Assert.Equal(defaults, folder.Run("--config", "empty.json", "--print-config"));
    }

    [Fact]
    public void The_command_line_comes_before_the_file_and_the_file_before_the_checkpoint()
    {
        using var folder = new Folder().With("names.txt", "anna\nbob\n")
            .With("run.json", "{ /* shorter */ \"$schema\": \"run.schema.json\", \"data\": \"names.txt\", \"steps\": 3, \"n_embd\": 8, }");
        Assert.Equal(0, folder.Run("--config", "run.json", "--seed", "7", "--optimizer", "sgd", "--save", "model").ExitCode);
        folder.With("more.json", "\uFEFF{ \"steps\": 4, \"samples\": 1, \"n_head\": null }");
        var run = folder.Run("inspect", "--resume", "model", "--config", "more.json", "--samples", "2", "--clip", "1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] expected =
        [
            "data: left to the program (default)", "n_embd: 8 (model)", "n_head: 4 (model)", "steps: 4 (more.json)", "seed: 7 (model)",
            "temperature: 0.5 (default)", "samples: 2 (command line)", "optimizer: sgd (model)", "clip: 1 (command line)",
        ];
        Assert.Equal(expected, run.Lines.Intersect(expected));
        Assert.Equal(
            "--clip is 1, and was 0 in the run that was saved; a run goes on only as it began.\n",
            folder.Run("--resume", "model", "--data", "names.txt", "--clip", "1").Error);
        folder.With("clip.json", "{ \"clip\": 2 }");
        Assert.Equal(
            "clip.json: clip is 2, and was 0 in the run that was saved; a run goes on only as it began.\n",
            folder.Run("--resume", "model", "--data", "names.txt", "--config", "clip.json").Error);
    }

    [Theory]
    [InlineData("{ \"steps\": ", "run.json cannot be read as JSON: line 1 has a mistake at byte 12; correct it there.")]
    [InlineData(
        "", "run.json cannot be read as a configuration: it is an empty file; name a file that --print-config wrote.")]
    public void A_file_that_is_no_configuration_is_refused(string json, string problem)
    {
        using var folder = new Folder().With("run.json", json).With("input.txt", "anna\n");
        Assert.Equal(new(2, "", $"{problem}\n"), folder.Run("--config", "run.json"));
    }

    [Fact]
    public void A_file_of_another_format_and_one_that_is_missing_or_would_be_overwritten_is_a_problem()
    {
        using var folder = new Folder().With("run.json", "{}").With("input.txt", "anna\n").With("names.gz", [0x1F, 0x8B, 0x08, 0x00]);
        Assert.Equal(
            "names.gz cannot be read as a configuration: it is compressed by gzip; unpack it first with gunzip.\n",
            folder.Run("--config", "names.gz", "--print-config").Error);
        Assert.Equal(
            "run.yaml cannot be read: it does not exist; name a file that --print-config wrote.\n",
            folder.Run("--config", "run.yaml", "--print-config").Error);
        Assert.Equal(
            "--save run.json would overwrite run.json, which --config names; name another file.\n",
            folder.Run("--config", "run.json", "--save", "run.json").Error);
    }

    [Theory]
    [InlineData("names.json")]
    [InlineData("shakespeare.json")]
    [InlineData("shakespeare-long.json")]
    public void An_example_is_what_the_program_prints_of_it(string name)
    {
        var example = Repository.Read($"tests/Examples/{name}");
        using var folder = new Folder().With(name, example);
        var printed = folder.Run("--config", name, "--print-config");
        Assert.Equal((0, example, ""), (printed.ExitCode, printed.Output, printed.Error));
    }

    [Fact]
    public void The_schema_in_the_repository_is_the_one_that_the_program_prints()
    {
        using var folder = new Folder();
        Assert.Equal(Repository.Read("Shell/run.schema.json"), folder.Run("--print-schema").Output);
    }
}
