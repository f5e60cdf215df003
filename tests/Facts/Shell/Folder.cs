using System.Diagnostics;

namespace MicroGpt.Facts.Shell;

/// <summary>What a run of the program left behind.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n');
}

/// <summary>An empty folder in which the program is run as a user runs it, but without a network.</summary>
internal sealed class Folder : IDisposable
{
    public const long Gigabyte = 1_000_000_000;

    private readonly string path = Directory.CreateTempSubdirectory("microgpt-").FullName;
    private readonly Dictionary<string, string> environment = [];

    public string PathOf(string file) => Path.Combine(path, file);

    public Folder With(string file, string text) => With(file, System.Text.Encoding.UTF8.GetBytes(text));

    public Folder With(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllBytes(PathOf(file), bytes);
        return this;
    }

    /// <summary>Sets an environment variable for all that is run here.</summary>
    public Folder Where(string variable, string value)
    {
        environment[variable] = value;
        return this;
    }

    public string Read(string file) => File.ReadAllText(PathOf(file));

    public byte[] Bytes(string file) => File.ReadAllBytes(PathOf(file));

    /// <summary>The rows of a log, without the last column, which tells how fast the machine was.</summary>
    public IEnumerable<string> Rows(string file) => Read(file).Split('\n').Select(row => row[..Math.Max(0, row.LastIndexOf(','))]);

    public Run Run(params string[] arguments) => Finished(Start(Gigabyte, arguments));

    /// <summary>Runs another program, which was compiled to this file.</summary>
    public Run Execute(string assembly) => Finished(Launch(Gigabyte, new(
        "dotnet", ["exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "microgpt.runtimeconfig.json"), assembly])));

    /// <summary>Runs the program where no file can be larger.</summary>
    public Run RunOnDiskOf(int kilobytes, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; ulimit -f {kilobytes}; exec dotnet \"$@\"", "bash", Program, .. arguments]);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // which needs a large file
        return Finished(Launch(Gigabyte, start));
    }

    /// <summary>Runs the program without a standard error to write to.</summary>
    public Run RunUnheard(params string[] arguments) =>
        Finished(Launch(Gigabyte, new("bash", ["-c", "exec dotnet \"$@\" 2>&-", "bash", Program, .. arguments])));

    /// <summary>Runs the program in a terminal; all that it shows there is its output.</summary>
    public Run RunInTerminal(int columns, params string[] arguments) => Finished(StartInTerminal(columns, arguments));

    /// <summary>Starts the program in a terminal so many columns wide. What is typed there is its standard input.</summary>
    public Process StartInTerminal(int columns, params string[] arguments)
    {
        var command = $"stty cols {columns}; exec dotnet {Program} {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", command, "/dev/null"]) { RedirectStandardInput = true };
        foreach (var variable in start.Environment.Keys.Except(["PATH", "HOME", "DOTNET_ROOT"]).ToArray()) // some tell of no terminal
            start.Environment.Remove(variable);
        start.Environment["TERM"] = "xterm-256color";
        return Launch(Gigabyte, start);
    }

    private static Run Finished(Process started)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    /// <summary>Starts the program, which may use so many bytes of memory for its data.</summary>
    public Process Start(long memory, params string[] arguments) =>
        Launch(memory, new("dotnet", [Program, .. arguments]));

    /// <summary>Starts the program so that it hears of signals, even where who started the tests ignores them, as a shell's background job does.</summary>
    public Process StartHeedingSignals(params string[] arguments) =>
        Launch(Gigabyte, new("env", ["--default-signal=INT,TERM", "dotnet", Program, .. arguments]));

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "microgpt.dll");

    private Process Launch(long memory, ProcessStartInfo start)
    {
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (path, true, true);
        start.Environment["https_proxy"] = "http://127.0.0.1:1"; // where nobody listens
        start.Environment["no_proxy"] = "";
        start.Environment["DOTNET_GCHeapHardLimit"] = $"{memory:X}";
        foreach (var (variable, value) in environment) start.Environment[variable] = value;
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
