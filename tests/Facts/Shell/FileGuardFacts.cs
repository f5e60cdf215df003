using System.Diagnostics;
using MicroGpt.Checkpoints;
using MicroGpt.Properties;
using MicroGpt.Shell.Data;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Facts.Shell;

/// <summary>No file is lost by what a command writes, whatever path leads to the file.</summary>
public class FileGuardFacts
{
    private const string Mine = "anna\nbob\nzoë\n";

    /// <summary>Paths that lead to the file "names.txt" of <see cref="Folder"/>.</summary>
    public static TheoryData<string> Paths =>
        ["names.txt", "./names.txt", "deep/../names.txt", "link", "chain", "hard", "deep/out", "linked/out", "linked/../names.txt"];

    /// <summary>Paths that lead to the file "deep/new", which does not exist.</summary>
    public static TheoryData<string> NewPaths => ["deep/new", "linked/new", "tonew", "linked/../deep/new", "deep/tonew"];

    [Theory, MemberData(nameof(Paths))]
    public void A_path_to_an_input_is_no_output_even_with_force(string path)
    {
        using var folder = Folder();
        var (input, output) = (folder.PathOf("names.txt"), folder.PathOf(path));
        Assert.Equal(
            [$"--save {output} would overwrite {input}, which --data names; name another file."],
            Check([new(input, "--data names")], [Save(output)], force: true));
        Assert.Equal(
            [$"--log {input} would overwrite {output}, which --data names; name another file."],
            Check([new(output, "--data names")], [Log(input)], force: true));
        Assert.Equal(Mine, folder.Read("names.txt"));
    }

    [Theory, MemberData(nameof(NewPaths))]
    public void Two_outputs_are_not_one_new_file(string path)
    {
        using var folder = Folder();
        var (one, other) = (folder.PathOf("deep/new"), folder.PathOf(path));
        Assert.Equal(
            [$"--save {one} and --log {other} would overwrite each other; name two files."],
            Check([], [Save(one), Log(other)], force: true));
        Assert.False(File.Exists(one));
    }

    [Fact]
    public void The_part_file_of_an_output_is_none_of_the_other_files()
    {
        using var folder = Folder().With("model.part", Mine);
        var (model, part) = (folder.PathOf("model"), folder.PathOf("model.part"));
        Assert.Equal(
            [$"--save {model} would overwrite {part}, which --data names; name another file."],
            Check([new(part, "--data names")], [Save(model)], force: true));
        Assert.Equal(
            [$"--save {model} and --log {part} would overwrite each other; name two files."],
            Check([], [Save(model), Log(part)], force: true));
        Assert.Equal(
            [$"{part} is a text file that begins with “anna”, and {model} is written there first; "
                + "name another file with --save, or replace it with --force."],
            Check([], [Save(model)], force: false));
        Assert.Equal(Mine, folder.Read("model.part"));
        Assert.Empty(Check([], [Save(model)], force: true));
    }

    [Fact]
    public void The_part_file_that_a_killed_process_left_is_in_nobody_s_way()
    {
        using var folder = Folder();
        var model = SavedModel(folder, "model");
        File.WriteAllBytes($"{model}.part", folder.Bytes("model")[..4096]);
        Assert.Empty(Check([new(model, "--resume names")], [Save(model, goesOnFrom: model)], force: false));
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_file_is_replaced_with_force_only(string path)
    {
        using var folder = Folder();
        var output = folder.PathOf(path);
        Assert.Equal(
            [$"{output} is a text file that begins with “anna”; name another file with --log, or replace it with --force."],
            Check([], [Log(output)], force: false));
        Assert.Empty(Check([], [Log(output)], force: true));
    }

    [Fact]
    public void A_checkpoint_is_replaced_by_the_run_that_goes_on_from_it()
    {
        using var folder = Folder();
        var (model, best) = (SavedModel(folder, "model"), SavedModel(folder, "best"));
        File.CreateSymbolicLink(folder.PathOf("latest"), "model");
        var refused = $"{best} is a checkpoint of 3 steps; --resume {best} goes on from it, --force replaces it.";
        Assert.Equal([refused], Check([], [Save(best)], force: false));
        Assert.Equal([refused], Check([new(model, "--resume names")], [Save(best, goesOnFrom: model)], force: false));
        foreach (var output in (string[])["model", "latest"])
            Assert.Empty(Check([new(model, "--resume names")], [Save(folder.PathOf(output), goesOnFrom: model)], force: false));
    }

    [Fact]
    public void Problems_of_all_files_are_told_at_once()
    {
        using var folder = Folder().With("page", "<html></html>");
        var (names, page) = (folder.PathOf("names.txt"), folder.PathOf("page"));
        Assert.Equal(
            [
                $"--save {names} would overwrite {names}, which --data names; name another file.",
                $"{page} is an HTML page; name another file with --log, or replace it with --force.",
            ],
            Check([new(names, "--data names")], [Save(names), Log(page)], force: false));
    }

    [Fact]
    public void Empty_files_devices_and_pipes_hold_nothing_to_lose()
    {
        using var folder = Folder().With("empty", "");
        using (var process = Process.Start("mkfifo", folder.PathOf("pipe"))) process.WaitForExit();
        foreach (var path in (string[])[folder.PathOf("empty"), folder.PathOf("pipe"), "/dev/null", "/dev/stdout"])
            Assert.Empty(Check([new("/dev/null", "--data names")], [Save(path), Log("/dev/null")], force: false));
    }

    [Fact]
    public void Links_in_a_circle_are_followed_to_an_end()
    {
        using var folder = Folder();
        File.CreateSymbolicLink(folder.PathOf("one"), "other");
        File.CreateSymbolicLink(folder.PathOf("other"), "one");
        Assert.NotEmpty(Check([], [Save(folder.PathOf("one"))], force: false));
    }

    private static string[] Check(InputFile[] inputs, OutputFile[] outputs, bool force) =>
        FileGuard.Check(inputs, outputs, force).Sentences();

    private static OutputFile Save(string path, string? goesOnFrom = null) =>
        new(path, "--save", FileFormat.Checkpoint, WriteMode.Atomic, Optional(goesOnFrom), $"--resume {path} goes on from it");

    private static OutputFile Log(string path) => new(path, "--log", FileFormat.Log, WriteMode.InPlace, None, None);

    private static string SavedModel(Folder folder, string name)
    {
        folder.With(name, [.. CheckpointFile.Write(Saved.Small(Precision.Double))]);
        return folder.PathOf(name);
    }

    private static Folder Folder()
    {
        var folder = new Folder().With("names.txt", Mine).With("deep/other.txt", "zoë\n");
        File.CreateSymbolicLink(folder.PathOf("link"), "names.txt");
        File.CreateSymbolicLink(folder.PathOf("chain"), folder.PathOf("link"));
        Directory.CreateSymbolicLink(folder.PathOf("linked"), "deep");
        File.CreateSymbolicLink(folder.PathOf("deep/out"), "../names.txt");
        File.CreateSymbolicLink(folder.PathOf("tonew"), "linked/new");
        File.CreateSymbolicLink(folder.PathOf("deep/tonew"), "../linked/new");
        using var process = Process.Start("ln", [folder.PathOf("names.txt"), folder.PathOf("hard")]);
        process.WaitForExit();
        return folder;
    }
}
