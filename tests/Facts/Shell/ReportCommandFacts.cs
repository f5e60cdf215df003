using System.Xml.Linq;

namespace MicroGpt.Facts.Shell;

/// <summary>The command that writes a page of a saved model.</summary>
[Trait("Speed", "Slow")]
public class ReportCommandFacts(TrainedFolder trained) : IClassFixture<TrainedFolder>
{
    private readonly Folder folder = trained.Folder;

    [Fact]
    public void A_page_has_the_model_and_its_log()
    {
        const string Training = "--steps 100 --samples 0 --n-embd 4 --n-head 2 --save small --log log.csv --validation 0.1";
        Assert.Equal(0, folder.Run(Training.Split(' ')).ExitCode);
        var run = folder.Run("report", "--model", "small", "--log", "log.csv", "--text", "anna", " anna ", "bob", "--out", "run.html");
        Assert.Equal((0, "run.html is written; open it in a browser.\n", ""), (run.ExitCode, run.Output, run.Error));
        var page = XDocument.Parse(folder.Read("run.html"));
        var headings = page.Descendants()
            .Where(element => element.Name.LocalName is "h3" or "h4").Select(heading => heading.Value).ToHashSet();
        Assert.Superset(new HashSet<string> { "Loss", "layer0.mlp_fc2", "“anna”", "“bob”", "layer 0, head 1" }, headings);
        Assert.Contains("The gradient is right.", page.Root!.Value);
        Assert.False(File.Exists(folder.PathOf("run.html.part")));
    }

    [Fact]
    public void A_log_of_another_run_and_names_in_another_alphabet_are_refused()
    {
        using var other = new Folder().With("input.txt", "zoë\n").With("model", folder.Bytes("model"));
        other.Run("--steps", "100", "--samples", "0", "--log", "log.csv");
        Assert.Equal(
            "log.csv is not the log of this run: its gradient_norm.wte up to step 100 is not that of the run that was saved; "
            + "name another file with --log.\n"
            + "alphabet is “ozë”, and was abcdefghijklmnopqrstuvwxyz in the run that was saved; give its text with --data.\n",
            other.Run("report", "--model", "model", "--log", "log.csv", "--out", "run.html").Error);
        other.Run("--steps", "100", "--samples", "0", "--log", "deep.csv", "--n-layer", "2");
        Assert.StartsWith(
            "deep.csv is not the log of this run: it has a column gradient_norm.layer1.attn_wq, and the model has no such matrix;",
            other.Run("report", "--model", "model", "--log", "deep.csv", "--out", "run.html").Error);
        Assert.False(File.Exists(other.PathOf("run.html")));
    }

    [Fact]
    public void A_model_of_the_embedded_names_needs_no_data_and_any_other_does()
    {
        using var elsewhere = new Folder().With("model", folder.Bytes("model"));
        Assert.Equal(
            (0, "run.html is written; open it in a browser.\n", ""),
            elsewhere.Run("report", "--model", "model", "--out", "run.html") is var run ? (run.ExitCode, run.Output, run.Error) : default);
        elsewhere.With("own.txt", "anna\nbob\n").Run("--data", "own.txt", "--steps", "1", "--save", "own");
        foreach (var command in (string[])["report --model own --out own.html", "--resume own"])
            Assert.Equal(
                "The text that the saved model learned from is not here; give it with --data.\n",
                elsewhere.Run(command.Split(' ')).Error);
        Assert.False(File.Exists(elsewhere.PathOf("input.txt")));
    }

    [Theory]
    [InlineData("report", "--model is missing; write --model model.safetensors.", "--out is missing; write --out run.html.")]
    [InlineData("report --model model --out model", "--out model would overwrite model, which --model names; name another file.")]
    [InlineData("report --model model --out input.txt --data input.txt",
        "--out input.txt would overwrite input.txt, which --data names; name another file.")]
    [InlineData("report --model model --out input.txt",
        "--out input.txt would overwrite input.txt, which --data names by default; name another file.")]
    [InlineData("report --model model --out nowhere/run.html",
        "nowhere/run.html cannot be saved: its folder does not exist; make room, or name another file with --out.")]
    [InlineData("report --model model --log input.txt --out run.html",
        "input.txt cannot be used as a log: its first line names no column step; name a file that --log wrote.")]
    [InlineData("report --model model --log model --out run.html",
        "model cannot be used as a log: it is a checkpoint of 100 steps; name a file that --log wrote.")]
    [InlineData("report --model model --out run.html --text zoë x9",
        "Character 3 of “zoë” is ë (U+00EB), which the alphabet lacks; use only “abcdefghijklmnopqrstuvwxyz”.",
        "Character 2 of “x9” is 9 (U+0039), which the alphabet lacks; use only “abcdefghijklmnopqrstuvwxyz”.")]
    [InlineData("report --model model --out run.html --text",
        "--text has no value; write one after it, such as --text anna, or --text=--x for one that begins with a dash.")]
    public void Each_problem_is_a_sentence(string arguments, params string[] sentences)
    {
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, "", string.Concat(sentences.Select(sentence => sentence + "\n"))), (run.ExitCode, run.Output, run.Error));
    }
}
