using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using MicroGpt.Shell.Commands;

namespace MicroGpt.Facts.Shell;

/// <summary>
/// A process that runs command lines of the program one after another, each in a folder of its own. The runtime then starts and compiles
/// once, which takes longer than most commands. A fact whose subject is the process itself starts one: <see cref="Folder.Start"/>.
/// </summary>
internal sealed class Resident
{
    // No character of Unicode. It ends both outputs of a command line.
    private const char End = '\uFFFF';

    private static readonly ConcurrentBag<Resident> Idle = [];

    private readonly Process process;

    private Resident(Process process) => this.process = process;

    /// <summary>Runs a command line in an idle process, or in one that <paramref name="start"/> starts.</summary>
    public static Run Run(Request request, Func<ProcessStartInfo, Process> start)
    {
        if (!Idle.TryTake(out var resident)) resident = new(start(StartInfo()));
        return resident.Run(request);
    }

    // Runs the command lines that standard input requests, until it ends. The test host does not call this.
    private static void Main()
    {
        var program = typeof(CommandLine).Assembly.EntryPoint!;
        while (Console.In.ReadLine() is { } line)
        {
            var request = JsonSerializer.Deserialize<Request>(line)!;
            Directory.SetCurrentDirectory(request.Folder);
            Environment.SetEnvironmentVariable(Folder.CachesVariable, request.Caches);
            var exitCode = program.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [request.Arguments], CultureInfo.InvariantCulture);
            Directory.SetCurrentDirectory(AppContext.BaseDirectory); // the folder may be deleted
            Console.Out.Write(End);
            Console.Error.Write($"{End}{exitCode}\n");
        }
    }

    // A process that has died is as one of its own: its outputs end, and its exit code is that of the command line.
    private Run Run(Request request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        process.StandardInput.Flush();
        var reading = Task.Run(() => Read(process.StandardError));
        var (output, _) = Read(process.StandardOutput);
        var (error, isAlive) = reading.Result;
        if (!isAlive)
        {
            process.WaitForExit();
            return new(process.ExitCode, output, error);
        }
        var exitCode = int.Parse(process.StandardError.ReadLine()!, CultureInfo.InvariantCulture);
        Idle.Add(this);
        return new(exitCode, output, error);
    }

    private static (string Text, bool IsAlive) Read(StreamReader reader)
    {
        var text = new StringBuilder();
        for (var c = reader.Read(); c >= 0; c = reader.Read())
        {
            if (c == End) return ($"{text}", true);
            text.Append((char)c);
        }
        return ($"{text}", false);
    }

    // The program's own settings of the runtime, and the assemblies of the facts.
    private static ProcessStartInfo StartInfo()
    {
        var (settings, assemblies) = (PathOf("microgpt.runtimeconfig.json"), PathOf("MicroGpt.Facts.deps.json"));
        return new("dotnet", ["exec", "--runtimeconfig", settings, "--depsfile", assemblies, typeof(Resident).Assembly.Location])
        {
            RedirectStandardInput = true,
        };
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, file);

    /// <summary>A command line, its working folder and its folder of caches.</summary>
    internal sealed record Request(string Folder, string Caches, string[] Arguments);
}
