using MicroGpt.Checkpoints;
using MicroGpt.Properties;
using MicroGpt.Training;

namespace MicroGpt.Facts.Shell;

/// <summary>Checkpoints of version 1, saved by the last program that wrote it: they are read, and their runs go on.</summary>
public class FirstVersionFacts
{
    private const string Adam = "version-1-adam.safetensors", AdamW = "version-1-adamw-single.safetensors";

    private static readonly byte[] Names = [.. "anna\nbob\nhannah\nian\nina\nnia\nnina\notto\n"u8];

    [Theory]
    [InlineData(Adam, 100, 0.01, 1, Precision.Double, EngineKind.Scalar, 0, "adam")]
    [InlineData(AdamW, 100, 0.02, 3, Precision.Single, EngineKind.Compiled, 0.25, "adamw")]
    public void A_file_of_version_1_is_read(
        string name, int steps, double rate, int batchSize, Precision precision, EngineKind engine, double validation, string optimizer)
    {
        var (file, read) = (ForeignFile.Parse(Recorded.Bytes(name)), Read(Recorded.Bytes(name)));
        Assert.Equal("1", file.Metadata.Single(entry => entry.Name == "format_version").Text);
        Assert.Equal($"{read.State.Step}", file.Metadata.Single(entry => entry.Name == "step").Text);
        var run = read.RunConfiguration;
        Assert.Equal((steps, rate, batchSize), (run.Schedule.Steps, run.Schedule.LearningRate, run.Schedule.BatchSize));
        Assert.Equal((precision, engine, validation, optimizer), (run.Precision, run.Engine, run.Validation, run.Optimizer.Name));

        var written = ForeignFile.Parse(CheckpointFile.Write(read).AsSpan());
        Assert.Equal("2", written.Metadata.Single(entry => entry.Name == "format_version").Text);
        Assert.Equal(
            file.Tensors.Select(tensor => (tensor.Name, Convert.ToHexString(tensor.Bytes.AsSpan()))),
            written.Tensors.Select(tensor => (tensor.Name, Convert.ToHexString(tensor.Bytes.AsSpan()))));
    }

    [Fact]
    public void A_file_of_version_1_that_another_program_wrote_again_is_refused() =>
        Assert.Equal(
            "model cannot be used as a checkpoint: it is of version 1, and not byte for byte as it was written, for its SHA-256 is another"
            + "; name a file that --save wrote.",
            CheckpointFile.Read(ForeignFile.Parse(Recorded.Bytes(Adam)).WriteAsHuggingFace(), "model").ProblemOrThrow().Sentence);

    [Fact, Trait("Speed", "Slow")]
    public void A_file_of_version_1_with_a_changed_byte_is_refused()
    {
        var file = Recorded.Bytes(Adam);
        for (var i = 0; i < file.Length; i++)
        {
            file[i] ^= (byte)(1 << i % 8);
            Assert.True(CheckpointFile.Read(file, "model").IsLeft, $"byte {i}");
            file[i] ^= (byte)(1 << i % 8);
        }
    }

    [LastBitsFact, Trait("Speed", "Slow")]
    public void A_run_of_version_1_goes_on_to_the_bytes_of_a_run_that_never_stopped()
    {
        using var folder = new Folder().With("names.txt", Names).With("saved", Recorded.Bytes(Adam));
        var whole = folder.Run(
            "--data", "names.txt", "--n-embd", "4", "--n-head", "2", "--block-size", "8", "--steps", "100", "--engine", "scalar",
            "--save", "whole");
        var resumed = folder.Run("train", "--resume", "saved", "--data", "names.txt", "--save", "resumed");
        Assert.Equal((0, "", 0, ""), (whole.ExitCode, whole.Error, resumed.ExitCode, resumed.Error));
        Assert.Equal(folder.Bytes("whole"), folder.Bytes("resumed"));
    }

    // The compiled engine has other bits with other vector instructions, so the file need not be the first half of a run on this machine.
    [Fact, Trait("Speed", "Slow")]
    public void A_run_of_version_1_goes_on_as_from_the_file_of_version_2_with_its_content()
    {
        using var folder = new Folder().With("names.txt", Names).With("first", Recorded.Bytes(AdamW))
            .With("second", [.. CheckpointFile.Write(Read(Recorded.Bytes(AdamW)))]);
        foreach (var version in (string[])["first", "second"])
        {
            var run = folder.Run("train", "--resume", version, "--data", "names.txt", "--save", $"{version}.end");
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
        }
        Assert.Equal(folder.Bytes("first.end"), folder.Bytes("second.end"));
        Assert.Equal(100, Read(folder.Bytes("first.end")).State.Step);
    }

    private static Checkpoint Read(byte[] file) => CheckpointFile.Read(file, "model").OrThrow();
}
