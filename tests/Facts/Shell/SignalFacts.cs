using System.Diagnostics;

namespace MicroGpt.Facts.Shell;

/// <summary>The first signal is answered at once and obeyed where the state is whole. The second ends the process at once.</summary>
[Trait("Speed", "Slow")]
public class SignalFacts
{
    private const string Answer =
        "Interrupted: the run ends as soon as its state is whole, which model then holds; a second signal ends it at once.\n";

    private const string AnswerWithoutSave =
        "Interrupted: the run ends as soon as its state is whole; a second signal ends it at once.\n";

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_signal_is_answered_and_ends_the_run_which_is_saved(string signal, int exitCode)
    {
        using var folder = Folder();
        using var process = folder.StartHeedingSignals("--steps", "100000000", "--save", "model");
        while (process.StandardOutput.ReadLine() is not ['s', 't', ..]) { }
        var reading = process.StandardOutput.ReadToEndAsync();
        Send(signal, process);
        Assert.Matches(
            $"^{Answer}Interrupted after step [0-9]+, which is saved; go on with\n.+ train --resume model --save model\n$",
            await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(exitCode, process.ExitCode);
        Assert.DoesNotContain("inference", await reading);
        Assert.Equal(0, folder.Run("inspect", "model").ExitCode);
        Assert.False(File.Exists(folder.PathOf("model.part")));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_second_signal_ends_at_once_even_a_run_whose_output_is_blocked(string signal, int exitCode)
    {
        using var folder = Folder();
        using var process = folder.StartHeedingSignals("--steps", "100000000", "--save", "model");
        WaitUntilBlocked(process);
        Send(signal, process);
        Assert.Equal(Answer, process.StandardError.ReadLine() + "\n");
        Send(signal, process);
        process.WaitForExit();
        Assert.Equal((exitCode, ""), (process.ExitCode, process.StandardError.ReadToEnd()));
        Assert.False(File.Exists(folder.PathOf("model")));
    }

    [Fact]
    public async Task A_signal_ends_generation_too()
    {
        using var folder = Folder();
        using var process = folder.StartHeedingSignals("--steps", "1", "--samples", "100000000");
        while (process.StandardOutput.ReadLine() is not ['s', 'a', ..]) { }
        var reading = process.StandardOutput.ReadToEndAsync();
        Send("TERM", process);
        await reading;
        await process.WaitForExitAsync();
        Assert.Equal((143, AnswerWithoutSave), (process.ExitCode, process.StandardError.ReadToEnd()));
    }

    // Compilation, or a step of many shards, takes far longer than the signal.
    [Theory]
    [InlineData("--n-layer 10000 --n-embd 4 --n-head 1", "[0-9]+")]
    [InlineData("--batch-size 20000000", "0")]
    [InlineData("--batch-size 20000000 --precision single --threads 3", "0")]
    [InlineData("--batch-size 20000000 --threads 1", "0")]
    public async Task A_signal_in_long_work_is_obeyed_there_and_the_run_is_saved(string work, string step)
    {
        using var folder = Folder();
        using var process = folder.StartHeedingSignals([.. work.Split(' '), "--save", "model"]);
        await WaitUntilWorking(process, TimeSpan.FromSeconds(3));
        Send("INT", process);
        Assert.Matches($"^{Answer}Interrupted after step {step}, which is saved;", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(0, folder.Run("inspect", "model").ExitCode);
    }

    // The first step is short, and its validation takes minutes.
    [Fact]
    public async Task A_signal_in_a_validation_takes_its_step_back()
    {
        using var folder = Folder();
        using var process = folder.StartHeedingSignals(
            "--steps 5 --engine expression --n-embd 64 --n-layer 4 --validation 0.9 --save model --log log.csv".Split(' '));
        await WaitUntilWorking(process, TimeSpan.FromSeconds(5)); // until it is within the validation
        Send("INT", process);
        Assert.Matches($"^{Answer}Interrupted after step 0, which is saved;", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Single(folder.Read("log.csv").TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("gradcheck --n-layer 100", "INT", 130)]
    [InlineData("bench --steps 100000000", "TERM", 143)]
    [InlineData("sample --model model --count 100000000", "INT", 130)]
    [InlineData("report --model model --out run.html --data input.txt", "TERM", 143)]
    public void A_command_that_has_nothing_to_save_ends_at_the_first_signal(string command, string signal, int exitCode)
    {
        using var folder = Folder();
        Assert.Equal(0, folder.Run("--steps", "1", "--n-layer", "20", "--samples", "0", "--save", "model").ExitCode);
        using var process = folder.StartHeedingSignals(command.Split(' '));
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        for (; process.TotalProcessorTime < TimeSpan.FromSeconds(1); process.Refresh()) Thread.Sleep(50);
        Send(signal, process);
        process.WaitForExit();
        Assert.Equal((exitCode, ""), (process.ExitCode, process.StandardError.ReadToEnd()));
        Assert.False(File.Exists(folder.PathOf("run.html")));
    }

    [Fact]
    public async Task Names_are_seen_while_others_are_drawn_and_a_signal_ends_them_after_a_whole_one()
    {
        using var folder = Folder();
        Assert.Equal(0, folder.Run("--steps", "1", "--samples", "0", "--save", "model").ExitCode);
        using var process = folder.StartHeedingSignals("sample", "--model", "model", "--count", "100000000");
        var first = process.StandardOutput.ReadLine();
        var reading = process.StandardOutput.ReadToEndAsync();
        Send("INT", process);
        var names = $"{first}\n{await reading}";
        await process.WaitForExitAsync();
        Assert.Equal((130, ""), (process.ExitCode, process.StandardError.ReadToEnd()));
        Assert.Equal(folder.Run("sample", "--model", "model", "--count", $"{names.Count(c => c == '\n')}").Output, names);
    }

    private static void Send(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    // Nothing reads the output, so the process stops when the pipe is full: it then uses no processor time.
    private static void WaitUntilBlocked(Process process)
    {
        for (var (used, idle) = (TimeSpan.Zero, 0); used == TimeSpan.Zero || idle < 20; process.Refresh())
        {
            Thread.Sleep(100);
            (used, idle) = (process.TotalProcessorTime, process.TotalProcessorTime == used ? idle + 1 : 0);
        }
    }

    private static Folder Folder() => new Folder().With("input.txt", Recorded.Bytes("given-names.txt"));

    // Waits until a process has shown the sizes of its run, and has then worked for some processor time.
    private static async Task WaitUntilWorking(Process process, TimeSpan time)
    {
        while (process.StandardOutput.ReadLine() is not ['n', 'u', 'm', ' ', 'p', ..]) { }
        for (var ready = process.TotalProcessorTime; process.TotalProcessorTime - ready < time; process.Refresh()) await Task.Delay(50);
    }
}
