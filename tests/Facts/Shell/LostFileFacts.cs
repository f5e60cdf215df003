using System.Diagnostics;
using System.Security.Cryptography;

namespace MicroGpt.Facts.Shell;

/// <summary>A folder of files that lead to each other.</summary>
public sealed class LinkedFolder : IDisposable
{
    public LinkedFolder()
    {
        Assert.Equal(0, Folder.Run("--data names.txt --steps 2 --samples 0 --save model --log log.csv".Split(' ')).ExitCode);
        Assert.Equal(0, Folder.Run("show loss --format svg --data names.txt --out loss.svg".Split(' ')).ExitCode);
        File.CreateSymbolicLink(Folder.PathOf("input.txt"), "names.txt");
        File.CreateSymbolicLink(Folder.PathOf("link"), "input.txt");
        Directory.CreateSymbolicLink(Folder.PathOf("linked"), ".");
        File.Copy(Folder.PathOf("model"), Folder.PathOf("model.copy"));
        File.Copy(Folder.PathOf("model"), Folder.PathOf("best+(2)"));
        foreach (var name in (string[])["names.txt", "model", "log.csv"])
            using (var process = Process.Start("ln", [Folder.PathOf(name), Folder.PathOf($"{name}.hard")])) process.WaitForExit();
    }

    internal Folder Folder { get; } = new Folder().With("names.txt", "anna\nbob\nzoë\n").With("notes.txt", "mine\n");

    public void Dispose() => Folder.Dispose();
}

/// <summary>A command line that would destroy a file is refused, and leaves all files as they were.</summary>
[Trait("Speed", "Slow")]
public class LostFileFacts(LinkedFolder linked) : IClassFixture<LinkedFolder>
{
    private const string NotesExist = "notes.txt is a text file that begins with “mine”; name another file with ";

    private readonly Folder folder = linked.Folder;

    [Theory]
    [InlineData("--data names.txt --save link", "--save link would overwrite names.txt, which --data names; name another file.")]
    [InlineData("--data names.txt --save link --force", "--save link would overwrite names.txt, which --data names; name another file.")]
    [InlineData("--data link --log names.txt.hard --force",
        "--log names.txt.hard would overwrite link, which --data names; name another file.")]
    [InlineData("--save names.txt", "--save names.txt would overwrite input.txt, which --data names by default; name another file.")]
    [InlineData("--save new --log linked/new", "--save new and --log linked/new would overwrite each other; name two files.")]
    [InlineData("--resume model --log model.hard --force",
        "--log model.hard would overwrite model, which --resume names; name another file.")]
    [InlineData("show loss --out names.txt.hard --force",
        "--out names.txt.hard would overwrite input.txt, which --data names by default; name another file.")]
    [InlineData("report --model model --out linked/model --force",
        "--out linked/model would overwrite model, which --model names; name another file.")]
    [InlineData("report --model model --log log.csv --out log.csv.hard --data names.txt --force",
        "--out log.csv.hard would overwrite log.csv, which --log names; name another file.")]
    [InlineData("--save model", "model is a checkpoint of 2 steps; --resume model goes on from it, --force replaces it.")]
    [InlineData("--save best+(2)", "best+(2) is a checkpoint of 2 steps; --resume 'best+(2)' goes on from it, --force replaces it.")]
    [InlineData("--log log.csv", "log.csv is the log of a training run; name another file with --log, or replace it with --force.")]
    [InlineData("--resume model --data names.txt --log model.copy",
        "model.copy is a checkpoint of 2 steps; name another file with --log, or replace it with --force.")]
    [InlineData("--save notes.txt --log loss.svg", $"{NotesExist}--save, or replace it with --force.",
        "loss.svg is an SVG picture; name another file with --log, or replace it with --force.")]
    [InlineData("show loss --out notes.txt", $"{NotesExist}--out, or replace it with --force.")]
    [InlineData("report --model model --out notes.txt", $"{NotesExist}--out, or replace it with --force.")]
    public void A_file_is_not_lost(string arguments, params string[] sentences)
    {
        var before = Snapshot();
        var run = folder.Run(arguments.Split(' '));
        Assert.Equal((2, "", string.Concat(sentences.Select(sentence => sentence + "\n"))), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(before, Snapshot());
    }

    private string[] Snapshot() =>
    [
        .. from path in Directory.EnumerateFiles(folder.PathOf(".")).Order(StringComparer.Ordinal)
           select $"{Path.GetFileName(path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}",
    ];
}
