using System.Collections.Immutable;
using System.Text;
using LanguageExt;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The settings that a configuration file and the command line give to a run, and all problems with them.</summary>
public class GivenSettingFacts
{
    [Fact]
    public void The_schema_is_that_of_the_settings() => Assert.Equal(Repository.Read("Shell/run.schema.json"), ConfigurationFile.Schema());

    [Fact]
    public void All_problems_of_a_file_are_told_at_once() => Assert.Equal(
        [
            "run.json: there is no setting “n_embed”; the nearest is n_embd, and --print-config lists them all.",
            "run.json: steps is \"1000\"; it must be a whole number, such as 1000.",
            "run.json: block_size is “1.5”, not a whole number; write it in digits alone, such as 16.",
            "run.json: samples is an array; it must be a whole number, such as 20.",
            "run.json: seed is an object; it must be a whole number, such as 42.",
            "run.json: data is 5; it must be a text in quotes, such as \"names.txt\".",
            "run.json: temperature is -1; it must be finite and at least 0.",
            "run.json: learning_rate is \"fast\"; it must be a number, such as 0.01.",
            "run.json: nesterov is 1; it must be true or false, such as false.",
            "run.json: validation is given 2 times; give it once.",
            "run.json: adam has no weight_decay; it has beta1, beta2, epsilon, clip.",
            "--batch-size is 0; it must be at least 1.",
            "run.json: precision is single, and engine scalar computes in double only; leave one of the two out.",
        ],
        Problems(
            """
            {
              "n_embed": 32,
              "steps": "1000",
              "block_size": 1.5,
              "samples": [3],
              "seed": {},
              "data": 5,
              "temperature": -1,
              "learning_rate": "fast",
              "nesterov": 1,
              "validation": 0.1, "validation": 0.2,
              "n_embd": 10, "n_head": 4,
              "precision": "single", "engine": "scalar",
              "weight_decay": 0.1
            }
            """,
            ("batch_size", "0")));

    [Theory]
    [InlineData("{ \"steps\": ", "run.json cannot be read as JSON: line 1 has a mistake at byte 12; correct it there.")]
    [InlineData("{\n\n\"steps\" }", "run.json cannot be read as JSON: line 3 has a mistake at byte 9; correct it there.")]
    [InlineData("[1]", "run.json cannot be read as a configuration: it must be a JSON object, such as { \"steps\": 1000 }.")]
    [InlineData("{ \"data\": \"\\ud800\" }", "run.json cannot be read as JSON: a text in it is not Unicode; correct it.")]
    [InlineData("{ \"data\": \"\" }", "run.json: data is an empty path; write that of a file, such as names.txt.")]
    [InlineData(
        "{ \"weights\": \"a\\u0000b\" }",
        "run.json: weights is a path with a NUL character; write that of a file, such as weights.safetensors.")]
    [InlineData(
        "{ \"optimizer\": \"newton\", \"beta1\": 0.5, \"weight_decay\": 0.1 }",
        "run.json: optimizer is “newton”; it must be adam, adamw or sgd.")]
    [InlineData("{ \"optimizer\": \"newton\", \"momentum\": 0.1 }", "run.json: optimizer is “newton”; it must be adam, adamw or sgd.")]
    public void A_problem_names_the_file(string json, string problem) => Assert.Equal([problem], Problems(json));

    [Theory]
    [InlineData("n_embd", "10", "n_embd is 10, which n_head, 4, does not divide; make it a multiple of 4.")]
    [InlineData("patience", "3", "patience is 3, and no documents are held out to validate by; give a validation of 0.1, too.")]
    [InlineData("decay_embeddings", "1", "adam has no --decay-embeddings; it has --beta1, --beta2, --epsilon, --clip.")]
    [InlineData("engine", "steam", "--engine is “steam”; it must be compiled, scalar or expression.")]
    public void A_problem_of_the_command_line_names_the_option_or_the_two_settings(string setting, string text, string problem) =>
        Assert.Equal([problem], Problems("{}", (setting, text)));

    [Fact]
    public void A_flag_of_the_command_line_is_1_or_0() => Assert.Equal(
        ["--nesterov is “yes”; it must be 1 for yes or 0 for no."], Problems("{ \"optimizer\": \"sgd\" }", ("nesterov", "yes")));

    [Fact]
    public void Contradicting_values_are_told_with_the_file_that_gives_one_of_them() => Assert.Equal(
        [
            "run.json: n_embd is 10, which n_head, 3, does not divide; make it a multiple of 3.",
            "run.json: nesterov is a kind of momentum, and momentum is 0; choose a momentum, such as 0.9.",
        ],
        Problems("{ \"n_embd\": 10, \"optimizer\": \"sgd\", \"nesterov\": true }", ("n_head", "3")));

    [Fact]
    public void A_value_with_a_problem_contradicts_no_other() => Assert.Equal(
        ["--n-head is 0; it must be at least 1."], Problems("{ \"n_embd\": 10, \"validation\": 0.1, \"patience\": 2 }", ("n_head", "0")));

    [Fact]
    public void Another_optimizer_begins_with_its_own_defaults()
    {
        const string Json = "{ \"optimizer\": \"adamw\", \"beta1\": 0.5, \"weight_decay\": 0.2 }";
        var (same, other) = (Given(Json, ("optimizer", "adamw")), Given(Json, ("optimizer", "adam")));
        Assert.Equal(new AdamW { Beta1 = 0.5, WeightDecay = 0.2 }, same.Run.Optimizer);
        Assert.Equal(new AdamW(), Given("{ \"optimizer\": \"adamw\", \"decay_embeddings\": false }").Run.Optimizer);
        Assert.Equal(("run.json", "command line"), (same.SourceOf("beta1").Name, same.SourceOf("optimizer").Name));
        Assert.Equal(new Adam(), other.Run.Optimizer);
        Assert.Equal(("default", "command line"), (other.SourceOf("beta1").Name, other.SourceOf("optimizer").Name));
    }

    [Fact]
    public void A_file_may_begin_with_a_byte_order_mark_and_have_comments_and_trailing_commas() => Assert.Equal(
        RunConfiguration.Default with { Samples = 3 },
        Given("\uFEFF{ /* few */ \"$schema\": \"run.schema.json\", \"seed\": null, \"samples\": 3, }").Run);

    [Fact]
    public void A_saved_run_gives_all_settings_but_the_free_ones()
    {
        var saved = GivenSettings.Saved(RunConfiguration.Default, SettingSource.Checkpoint("model"));
        Assert.Equal("model", saved.SourceOf("steps").Name);
        Assert.Equal("default", saved.SourceOf("samples").Name);
    }

    [Fact]
    public void A_setting_is_shown_with_its_value()
    {
        var settings = RunConfiguration.Default.Settings.ToDictionary(setting => setting.Name);
        Assert.Equal(("n_embd 16", "data -"), ($"{settings["n_embd"]}", $"{settings["data"]}"));
        Assert.Equal("temperature 0.5", $"{settings["temperature"]}");
    }

    private static string[] Problems(string json, params (string Setting, string Text)[] commandLine) =>
        Read(json).Match(
            Left: problem => [problem.Sentence],
            Right: _ => Given(json, commandLine).Validate().Sentences());

    private static GivenSettings Given(string json, params (string Setting, string Text)[] commandLine) => GivenSettings.None
        .With(SettingSource.File("run.json"), Read(json).OrThrow())
        .With(SettingSource.CommandLine, commandLine.Select(option => (option.Setting, (Validation<Problem, string>)option.Text)));

    private static Either<Problem, ImmutableArray<(string Setting, Validation<Problem, string> Text)>> Read(string json) =>
        ConfigurationFile.Read(Encoding.UTF8.GetBytes(json), "run.json");
}
