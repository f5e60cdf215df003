using System.Collections.Immutable;
using System.Diagnostics;

namespace MicroGpt.Properties;

/// <summary>The process of a <see cref="MutantWorker"/>, with a mutant that is active from its start.</summary>
public sealed class MutantHost : IDisposable
{
    // A busy machine answers late, so the limit is processor time. In a deadlock, a process uses none.
    private static readonly TimeSpan Deadlock = TimeSpan.FromMinutes(5), Poll = TimeSpan.FromMilliseconds(200);
    private readonly Process process;

    /// <summary>Starts the process. Its laws have as many cases as ever, or few.</summary>
    public MutantHost(int mutant, ImmutableArray<string> suites, bool hasFewCases = false)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], "worker", $"{mutant}", .. suites])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = "80000000"; // 2 GiB, in hexadecimal: a mutant may fill the memory.
        start.Environment["DOTNET_TieredPGO"] = "0"; // It takes time, and pays in long runs only.
        if (hasFewCases) start.Environment["MICROGPT_PROPERTIES"] = "few";
        process = Process.Start(start)!;
        process.BeginErrorReadLine();
    }

    /// <summary>The processor time that this process has used.</summary>
    public TimeSpan Used
    {
        get
        {
            process.Refresh();
            return process.HasExited ? TimeSpan.Zero : process.TotalProcessorTime;
        }
    }

    /// <summary>The answer to a line; null if the process ended before, or was ended at this limit of processor time.</summary>
    public string? Ask(string line, TimeSpan limit)
    {
        var (start, idle) = (Used, Stopwatch.StartNew());
        var last = start;
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            return null;
        }
        var answer = process.StandardOutput.ReadLineAsync();
        while (!answer.Wait(Poll))
        {
            var used = Used;
            if (used > last) idle.Restart();
            if (used - start > limit || idle.Elapsed > Deadlock) process.Kill();
            last = used;
        }
        return answer.Result;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
