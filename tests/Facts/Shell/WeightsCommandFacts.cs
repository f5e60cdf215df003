using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Runs;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts.Shell;

/// <summary>Runs that begin with the weights of a file, and safetensors files of other programs that inspect shows.</summary>
[Trait("Speed", "Slow")]
public class WeightsCommandFacts(TrainedFolder trained) : IClassFixture<TrainedFolder>
{
    private readonly Folder folder = trained.Folder.With("drawn", Foreign(DrawnByTheSeed()));

    [Fact]
    public void Weights_that_the_seed_draws_make_the_run_that_draws_them() => Assert.Equal(
        trained.Run.Output, folder.Run("--weights", "drawn", "--steps", "100", "--samples", "8", "--save", "same", "--force").Output);

    [Fact]
    public void A_checkpoint_and_a_foreign_file_of_its_parameters_begin_the_same_run()
    {
        var saved = CheckpointFile.Read(folder.Bytes("model"), "model").OrThrow();
        folder.With("trained", Foreign(saved.State.Parameters));
        var run = folder.Run("--weights", "model", "--steps", "3", "--samples", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(run.Output, folder.Run("--weights", "trained", "--steps", "3", "--samples", "2").Output);
        Assert.DoesNotContain(trained.Run.Lines.First(line => line.StartsWith("step")).Split('|')[1], run.Output);
    }

    [Fact]
    public void A_run_that_began_with_weights_goes_on_without_their_file()
    {
        folder.With("gone", folder.Bytes("drawn"));
        folder.Run("--weights", "gone", "--steps", "3", "--save", "begun", "--force", "--quiet");
        File.Delete(folder.PathOf("gone"));
        Assert.Contains("weights: gone\n", folder.Run("inspect", "begun").Output);
        var run = folder.Run("--resume", "begun", "--steps", "4", "--extend", "--quiet");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_configuration_holds_the_weights()
    {
        folder.With("run.json", folder.Run("--weights", "drawn", "--steps", "100", "--samples", "8", "--print-config").Output);
        Assert.Contains("weights: drawn (run.json)\n", folder.Run("inspect", "--config", "run.json").Output);
        Assert.Equal(trained.Run.Output, folder.Run("--config", "run.json", "--save", "again", "--force").Output);
    }

    [Theory]
    [InlineData("--weights drawn --n-embd 8 --n-layer 2 --block-size 4",
        "drawn: its matrices have 16 columns, so n_embd is 16, and the run has 8; give --n-embd 16.",
        "drawn: it has matrices of layer0, so n_layer is 1, and the run has 2; give --n-layer 1.",
        "drawn: its wpe has 16 rows, so block_size is 16, and the run has 4; give --block-size 16.")]
    [InlineData("--weights model --n-head 2 --data abc.txt",
        "model: it is a checkpoint of another model, so n_head is 4, and the run has 2; give --n-head 4.",
        "model: its alphabet is “abcdefghijklmnopqrstuvwxyz”, and that of the text “abc”; give such a text with --data.")]
    [InlineData("--weights drawn --data abc.txt",
        "drawn: wte is [27, 16]; it must be [4, 16], for the text has 4 tokens; give the text of the model with --data.",
        "drawn: lm_head is [27, 16]; it must be [4, 16], for the text has 4 tokens; give the text of the model with --data.")]
    [InlineData("--weights nowhere --steps 0x --log .",
        "nowhere cannot be read: it does not exist; name a safetensors file.",
        "--steps is “0x”, not a whole number; write it in digits alone, such as 16.")]
    [InlineData("--weights abc.txt",
        "abc.txt cannot be used as weights: it is a text file that begins with “abc”; name a safetensors file.")]
    [InlineData("--weights .", ". cannot be read: it is a folder; name a safetensors file.")]
    [InlineData("--weights cut",
        "cut cannot be used as weights: its tensors need 33536 bytes of numbers, and it holds 33530; name a safetensors file.")]
    [InlineData("--weights drawn --resume model",
        "--weights is drawn, and was none in the run that was saved; a run goes on only as it began.")]
    [InlineData("--weights drawn --save drawn --force",
        "--save drawn would overwrite drawn, which --weights names; name another file.")]
    public void Each_problem_is_told_in_a_sentence(string arguments, params string[] sentences)
    {
        folder.With("abc.txt", "abc\n").With("cut", folder.Bytes("drawn")[..^6]);
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Subset(run.Error.TrimEnd('\n').Split('\n').ToHashSet(), sentences.ToHashSet());
    }

    [Fact]
    public void Inspect_shows_the_tensors_of_another_program()
    {
        folder.With("other", [
            .. SafetensorsFile.WriteHeader([("by", "another")],
                [("count", new("I64", [2])), ("half", new("F16", [1, 2])), ("none", new("F32", [0, 3]))]),
            .. new byte[16], 0x00, 0xBE, 0x00, 0x42]);
        var run = folder.Run("inspect", "other");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("by: another\ntensors: 3\n", run.Output);
        Assert.Matches(@"(?m)^count +I64 +\[2\] *$", run.Output);
        Assert.Matches(@"(?m)^half +F16 +\[1, 2\] +0\.7500 +2\.2500 +-1\.5000 +3\.0000 *$", run.Output);
        Assert.Matches(@"(?m)^none +F32 +\[0, 3\] *$", run.Output);
    }

    private static Parameters DrawnByTheSeed() => UntrainedModel.Create(
        RunConfiguration.Default,
        CorpusSource.Read(Path.Combine(AppContext.BaseDirectory, "Recorded", "given-names.txt"), Split.Lines).OrThrow()).OrThrow()
        .First.Draw().Parameters;

    // The parameters in single numbers of 64 bits, as another program would write them.
    private static byte[] Foreign(Parameters parameters) =>
    [
        .. SafetensorsFile.WriteHeader([], parameters.Table.Definitions.Select(matrix =>
            (matrix.Name, new TensorType("F64", [matrix.Rows, matrix.Columns])))),
        .. parameters.Values.SelectMany(BitConverter.GetBytes),
    ];
}
