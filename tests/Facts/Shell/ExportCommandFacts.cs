using System.Text;
using System.Text.Json;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using MicroGpt.Facts.Guide;
using MicroGpt.Model;

namespace MicroGpt.Facts.Shell;

/// <summary>The command that writes a saved model as an ONNX graph. The tests in tests/Onnx run such graphs.</summary>
[Trait("Speed", "Slow")]
public class ExportCommandFacts(TrainedFolder trained) : IClassFixture<TrainedFolder>
{
    private readonly Folder folder = trained.Folder;

    [Theory]
    [InlineData("logits", "tokens", "logits")]
    [InlineData("step", "past.layer0.keys", "present.layer0.values")]
    [InlineData("loss", "targets", "loss")]
    [InlineData("gradient", "lengths", "gradient.layer0.mlp_fc2")]
    [InlineData("training", "learning_rate", "new.m.layer0.attn_wq")]
    public void A_computation_is_written_with_its_inputs_outputs_and_metadata(string what, string input, string output)
    {
        var file = $"{what}.onnx";
        var run = folder.Run("export", "--model", "model", "--what", what, "--out", file);
        Assert.Matches($@"^{file} is written: {what} in double precision, [\d,]+ nodes\.\n$", run.Output);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var text = Encoding.UTF8.GetString(folder.Bytes(file));
        Assert.All(
            [input, output, "abcdefghijklmnopqrstuvwxyz", "data_sha256", "learning_rate", "n_embd", "bos"],
            part => Assert.Contains(part, text));

        Assert.Equal(
            $"{file} is an ONNX graph that export wrote; name another file with --out, or replace it with --force.\n",
            folder.Run("export", "--model", "model", "--what", what, "--out", file).Error);
        var before = folder.Bytes(file);
        Assert.Equal(0, folder.Run("export", "--model", "model", "--what", what, "--out", file, "--force").ExitCode);
        Assert.Equal(before, folder.Bytes(file));
    }

    [Fact]
    public void Single_precision_halves_the_parameters()
    {
        folder.Run("export", "--model", "model", "--out", "double.onnx");
        folder.Run("export", "--model", "model", "--out", "single.onnx", "--precision", "single");
        var parameters = CheckpointFile.Read(folder.Bytes("model"), "model").OrThrow().State.Parameters.Values.Length;
        var saved = folder.Bytes("double.onnx").Length - folder.Bytes("single.onnx").Length;
        Assert.InRange(saved, parameters * sizeof(float), parameters * sizeof(float) + 200); // the constants shrink, too
    }

    [Theory]
    [InlineData("export", "--model is missing; write --model model.safetensors.", "--out is missing; write --out model.onnx.")]
    [InlineData("export --model model --what weights --precision half --out a.onnx",
        "--what is “weights”; it must be logits, step, loss, gradient or training.", "--precision is “half”; it must be single or double.")]
    [InlineData("export --model model --out model --force",
        "--out model would overwrite model, which --model names; name another file.")]
    [InlineData("export --model input.txt --out nowhere/a.onnx", "input.txt cannot be used as a checkpoint:",
        "nowhere/a.onnx cannot be saved: its folder does not exist;")]
    public void Problems_are_told_all_at_once(string arguments, params string[] problems)
    {
        folder.With("input.txt", "anna\n");
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        var sentences = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(problems.Length, sentences.Length);
        Assert.All(problems, problem => Assert.Contains(sentences, sentence => sentence.StartsWith(problem)));
    }

    [PyTorchFact]
    public void The_program_of_the_README_has_the_same_logits_in_PyTorch()
    {
        var module = JsonSerializer.Serialize(Path.Combine(Repository.Root, "tests", "Examples", "python"));
        var program = Assert.Single(MarkdownPage.Figures, figure => figure.Language == Figure.Python).Text
            .Replace("\"model.safetensors\"", JsonSerializer.Serialize(folder.PathOf("model")));
        var script = $"import json, sys; sys.path.append({module})\n{program}\nprint(json.dumps(logits.flatten().tolist()))";
        var found = JsonDocument.Parse(PyTorchFactAttribute.Run("-B", "-c", script)).RootElement.Doubles();
        var checkpoint = CheckpointFile.Read(folder.Bytes("model"), "model").OrThrow();
        var gpt = new Gpt(checkpoint.Configuration);
        var expected = gpt.Logits.Evaluate(gpt.Model.Bind(
            checkpoint.State.Parameters.Matrices(RunningError.Once), Batch.Of(gpt.Model, [26, 0, 13, 13, 26])));
        Assert.Equal(expected.Entries.Length, found.Length);
        Assert.All(expected.Entries.Index(), x => Assert.InRange(
            found[x.Index], x.Item.Plain - x.Item.Error, x.Item.Plain + x.Item.Error));
    }
}
