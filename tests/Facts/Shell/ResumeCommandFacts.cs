using System.Diagnostics;
using System.Globalization;
using MicroGpt.Shell.Commands;
using MicroGpt.Shell.Options;
using static LanguageExt.Prelude;

namespace MicroGpt.Facts.Shell;

/// <summary>The command line that resumes a run.</summary>
public class ResumeCommandFacts
{
    [Fact, Trait("Speed", "Slow")]
    public void The_command_line_that_an_interrupted_run_prints_continues_it()
    {
        string[] files = ["it's $HOME.txt", "my model", "a\"b log"];
        using var folder = new Folder().With(files[0], "anna\nbob\n");
        var (first, command) = Interrupt(folder.StartHeedingSignals(
            "--data", files[0], "--steps", "100000000", "--save", files[1], "--log", files[2], "--n-embd", "4", "--precision", "single",
            "--seed", "7", "--samples", "3", "--save-every", "1000000", "--validation", "0.5"));
        Assert.EndsWith(
            """ train --resume 'my model' --data 'it'\''s $HOME.txt' --n-embd 4 --seed 7 --precision single """
            + """--validation 0.5 --samples 3 --save 'my model' --save-every 1000000 --log 'a"b log'""", command);
        var (second, again) = Interrupt(folder.StartInShell(command));
        Assert.Equal(command, again);
        Assert.InRange(second, first + 1, int.MaxValue);
        Assert.Equal(
            Enumerable.Range(1, second).Select(step => $"{step}"),
            folder.Read(files[2]).TrimEnd('\n').Split('\n').Skip(1).Select(row => row.Split(',')[0]));

        // The step after which an interrupted run is saved, and the command line that it prints.
        static (int Step, string Command) Interrupt(Process started)
        {
            using var process = started;
            while (process.StandardOutput.ReadLine() is not ['s', 't', ..]) { }
            var reading = process.StandardOutput.ReadToEndAsync();
            using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
            var lines = process.StandardError.ReadToEnd().Split('\n');
            Assert.Equal(4, lines.Length); // an answer, two lines, and nothing
            return (int.Parse(lines[1].Split(' ', ',')[3], CultureInfo.InvariantCulture), lines[2]);
        }
    }

    [Theory]
    [InlineData("", "train --resume model --config run.json")]
    [InlineData("--steps 50", "train --resume model --steps 50 --config run.json")]
    [InlineData("--steps 50 --extend --seed 7", "train --resume model --steps 50 --seed 7 --config run.json")]
    public void Steps_that_override_those_of_a_configuration_file_are_repeated(string options, string expected)
    {
        var command = new ResumeCommand(TrainCommand.Create().Parse($"--config run.json {options}"));
        Assert.EndsWith(expected, command.Format("model", None));
        Assert.EndsWith(expected.Replace("--resume model", "--resume model --steps 99 --extend").Replace("--steps 50 ", ""),
            command.Format("model", 99));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a-b_c/d.e")]
    [InlineData("two words")]
    [InlineData("it's $HOME `ls` \\n \"x\" !! *?[a] ~ # & | ; < > ( )")]
    [InlineData("zoë 🐻")]
    public void A_quoted_word_is_one_word_of_a_shell(string word)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"printf %s. {ShellWord.Quote(word)}"])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.Equal($"{word}.", shell.StandardOutput.ReadToEnd());
    }
}
