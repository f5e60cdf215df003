using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace MicroGpt.Facts.Shell;

/// <summary>The display in a terminal.</summary>
[Trait("Speed", "Slow")]
public sealed partial class TerminalFacts : IDisposable
{
    private const string HideCursor = "\e[?25l", ShowCursor = "\e[?25h";

    // An untrained model generates names as long as the block.
    private const string Training = "--steps 30 --block-size 64 --validation 0.1 --samples 1 --save model";

    private readonly Folder folder = new Folder().With("input.txt", Recorded.Bytes("given-names.txt"));

    [TerminalFact]
    public void Training_is_shown_in_lines_that_are_redrawn()
    {
        var run = InTerminal(80, Training);
        Assert.Equal(0, run.ExitCode);
        var lines = Seen(run.Output);
        var last = Array.LastIndexOf(lines, new string('━', 60));
        Assert.Equal("step 30 / 30, 0:00:00 left", lines[last + 1]);
        Assert.Matches(@"^loss \d\.\d{4}, validation \d\.\d{4} \(\d\.\d{4} per document\)$", lines[last + 2]);
        Assert.Equal("chance 3.30, table 2.85, of pairs 2.42", lines[last + 3]);
        Assert.Matches(@"^[\d,]+ documents/s$", lines[last + 4]);
        Assert.Matches("^it would say: [a-z]*$", lines[last + 5]);
        Assert.DoesNotContain(" | loss", run.Output);
        Assert.Matches(
            "^sample  1: [a-z]*\r\n\r\nThe run is saved; go on to step 60 with\r\n"
            + ".+ train --resume model --steps 60 --extend --block-size 64 --validation 0.1 --samples 1 --save model\r\n$",
            run.Output[run.Output.IndexOf("sample  1")..]);
        Assert.True(run.Output.LastIndexOf(ShowCursor) > run.Output.LastIndexOf(HideCursor));
    }

    [TerminalFact]
    public void The_last_frame_has_a_name_of_the_trained_model()
    {
        folder.With("one.txt", "abcdefgh\n");
        var run = InTerminal(80, "--data one.txt --steps 400 --samples 1");
        Assert.Contains("sample  1: abcdefgh\r\n", run.Output);
        Assert.Equal("it would say: abcdefgh", Seen(run.Output).Last(line => line.StartsWith("it would say")));
    }

    [TerminalFact]
    public void Control_characters_are_escaped_in_a_terminal_and_not_in_a_pipe()
    {
        // A bell, a title, a deletion, a C1 introducer, a reordering; a bear stays.
        const string Hostile = "a\a\e]2;x\e\\\0b\x7F\u009B1m\u202Ec🐻";
        const string Escaped = @"a\u0007\u001B]2;x\u001B\\u0000b\u007F\u009B1m\u202Ec🐻";
        folder.With("hostile.txt", $"{Hostile}\n");
        foreach (var columns in (int[])[40, 80])
        {
            var run = InTerminal(columns, "--data hostile.txt --steps 400 --block-size 32 --samples 1 --save hostile --force");
            Assert.Contains($"sample  1: {Escaped}\r\n", run.Output);
            var frame = run.Output[run.Output.LastIndexOf("it would say: ")..run.Output.LastIndexOf(ShowCursor)];
            Assert.Equal($"itwouldsay:{Escaped}", string.Concat(Seen(frame)).Replace(" ", ""));
            HasNoControls(run);
        }
        foreach (var command in (string[])["score --model hostile --data hostile.txt", "inspect hostile", "gradcheck --data hostile.txt"])
            HasNoControls(InTerminal(80, command));
        Assert.Contains(@"x\u001By cannot be read", InTerminal(80, "--data x\ey").Output);
        Assert.Contains(Hostile, folder.Run("score", "--model", "hostile", "--data", "hostile.txt").Output);
        Assert.Contains("x\ey cannot be read", folder.Run("--data", "x\ey").Error);

        static void HasNoControls(Run run) =>
            Assert.DoesNotContain(Control().Replace(run.Output, ""), c => char.IsControl(c) && c is not ('\r' or '\n'));
    }

    [TerminalFact]
    public void Nothing_is_wider_than_a_terminal_of_40_columns()
    {
        var view = InTerminal(40, Training).Output;
        Assert.All(Seen(view[view.IndexOf(HideCursor)..view.LastIndexOf(ShowCursor)]), line => Assert.InRange(line.Length, 0, 40));
        var schedule = Seen(InTerminal(40, "show schedule").Output).Where(line => line.Contains('│') || line.Contains('└')).ToArray();
        Assert.Equal(13, schedule.Length);
        Assert.Equal(40, schedule.Max(line => line.Length));
        var report = InTerminal(40, "inspect model").Output;
        var table = Seen(report[report.IndexOf("matrix")..]);
        Assert.All(table, line => Assert.InRange(line.Length, 0, 40));
        Assert.Equal(9 * 4, table.Count(line => Regex.IsMatch(line, @"^[a-z0-9_.]+ +\[\d+, \d+\] +-?\d\.\d{4}$"))); // no number is broken
    }

    [TerminalFact]
    public void Without_color_the_progress_is_still_shown()
    {
        folder.Where("NO_COLOR", "1");
        var view = InTerminal(80, Training).Output;
        Assert.Contains(HideCursor, view);
        Assert.DoesNotMatch(@"\e\[[0-9;]*m", view);
        Assert.Contains($"{new string('━', 2)}{new string('─', 58)}", Seen(view)); // after the first step
        Assert.DoesNotMatch(@"\e\[[0-9;]*m", InTerminal(80, "gradcheck --n-embd 4 --n-head 2").Output);
    }

    [TerminalFact]
    public void A_terminal_without_control_sequences_gets_a_line_for_each_step()
    {
        var run = folder.Where("TERM", "dumb").RunInTerminal(80, Training.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Contains("\nstep   30 /   30 | loss ", run.Output);
    }

    [TerminalFact]
    public async Task Ctrl_C_ends_a_run_after_the_step()
    {
        using var process = folder.StartInTerminal(80, "--steps", "100000000", "--save", "model");
        await Shown(process, "it would say: ");
        var rest = process.StandardOutput.ReadToEndAsync();
        Press(process);
        Assert.Matches(
            "\nInterrupted after step [0-9]+, which is saved; go on with\r\n.+ train --resume model --save model\r\n$",
            (await rest).Replace(ShowCursor, "\n"));
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(0, folder.Run("inspect", "model").ExitCode);
    }

    [TerminalFact]
    public async Task The_command_that_goes_on_follows_the_lines_of_all_steps()
    {
        folder.Where("TERM", "dumb");
        using var process = folder.StartInTerminal(80, "--steps", "100000000", "--save", "model");
        await Shown(process, "\nstep    9 ");
        var rest = process.StandardOutput.ReadToEndAsync();
        Press(process);
        var lines = (await rest).Split("\r\n");
        Assert.EndsWith(" train --resume model --save model", lines[^2]);
        var step = Regex.Match(lines[^3], "^Interrupted after step ([0-9]+), which is saved; go on with$");
        Assert.Matches($"^step +{step.Groups[1]} /", lines[^4]);
    }

    [TerminalFact]
    public async Task A_second_Ctrl_C_ends_a_run_at_once_and_shows_the_cursor()
    {
        using var process = folder.StartInTerminal(80, SaveFacts.LongStep.Split(' '));
        await Shown(process, HideCursor);
        var rest = process.StandardOutput.ReadToEndAsync();
        do Press(process); while (!process.WaitForExit(milliseconds: 100));
        Assert.Equal(130, process.ExitCode);
        Assert.Contains(ShowCursor, await rest);
    }

    // The width of the second terminal has room for a bar, and not for the time.
    [TerminalTheory]
    [InlineData("sample --model model --count 100000000 > names.txt", 80, " left")]
    [InlineData("sample --model model --count 100000000 > names.txt", 20, "─")]
    [InlineData("score --model model --data input.txt", 80, " left")]
    public async Task The_progress_of_work_that_prints_elsewhere_or_later_is_gone_at_the_end(string command, int columns, string shown)
    {
        var engine = command.StartsWith("score") ? "expression" : "compiled"; // scoring is to take long
        Assert.Equal(0, folder.Run(
            $"--steps 1 --samples 0 --save model --engine {engine} --n-embd 64 --n-layer 4".Split(' ')).ExitCode);
        using var process = folder.StartInTerminal(columns, command.Split(' '));
        await Shown(process, shown);
        var rest = process.StandardOutput.ReadToEndAsync();
        Press(process);
        Assert.EndsWith("\r\e[K", await rest);
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.All(Seen((await rest).Replace("^C", "")), line => Assert.InRange(line.Length, 0, columns - 1)); // the echo of the key
    }

    public void Dispose() => folder.Dispose();

    private Run InTerminal(int columns, string arguments) => folder.RunInTerminal(columns, arguments.Split(' '));

    private static void Press(Process process)
    {
        try
        {
            process.StandardInput.Write('\x3');
            process.StandardInput.Flush();
        }
        catch (IOException) when (process.WaitForExit(TimeSpan.FromMinutes(1))) { } // a key may come too late
    }

    private static async Task Shown(Process process, string text)
    {
        var (output, character) = (new StringBuilder(), new char[1]);
        while (!output.ToString().EndsWith(text))
        {
            Assert.NotEqual(0, await process.StandardOutput.ReadAsync(character));
            output.Append(character);
        }
    }

    // All lines that were ever shown, without control sequences.
    private static string[] Seen(string output) =>
        [.. Control().Replace(output, "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\e[=>]")]
    private static partial Regex Control();
}

/// <summary>A fact that needs a terminal, which the program script of util-linux provides.</summary>
public sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute() => Skip = Terminals.Lack;
}

/// <summary>A theory that needs a terminal.</summary>
public sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute() => Skip = Terminals.Lack;
}

internal static class Terminals
{
    /// <summary>The reason to skip tests that need a terminal, if there is none.</summary>
    public static string? Lack => Exists ? null : "There is no terminal to be had: install util-linux, for its program script.";

    private static bool Exists { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "script"))) && OperatingSystem.IsLinux();
}
