using System.Diagnostics;

namespace MicroGpt.Facts.Shell;

/// <summary>The result of a run of the program.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n');
}

/// <summary>An empty folder. The program runs in it as a user runs it, but without a network.</summary>
internal sealed class Folder : IDisposable
{
    public const long Gigabyte = 1_000_000_000;

    /// <summary>The folder of caches of the program: those of the user stay as they are.</summary>
    public const string Caches = ".cache";

    /// <summary>The environment variable of the folder of caches.</summary>
    public const string CachesVariable = "XDG_CACHE_HOME";

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

    /// <summary>Sets an environment variable for all runs in this folder.</summary>
    public Folder Where(string variable, string value)
    {
        environment[variable] = value;
        return this;
    }

    public string Read(string file) => File.ReadAllText(PathOf(file));

    public byte[] Bytes(string file) => File.ReadAllBytes(PathOf(file));

    /// <summary>The rows of a log without the last column, which is the speed of the machine.</summary>
    public IEnumerable<string> Rows(string file) => Read(file).Split('\n').Select(row => row[..Math.Max(0, row.LastIndexOf(','))]);

    /// <summary>Runs the program: in a process of its own if environment variables are set, else in a resident one.</summary>
    public Run Run(params string[] arguments) => environment.Count > 0
        ? Finished(Start(Gigabyte, arguments))
        : Resident.Run(new(path, PathOf(Caches), arguments), start => Launch(Gigabyte, start));

    /// <summary>Runs another compiled program.</summary>
    public Run Execute(string assembly, params string[] arguments) => Finished(Launch(Gigabyte, new("dotnet",
        ["exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "microgpt.runtimeconfig.json"), assembly, .. arguments])));

    /// <summary>Runs the program with a limit on the size of every file.</summary>
    public Run RunOnDiskOf(int kilobytes, params string[] arguments)
    {
        var script = $"trap '' XFSZ; ulimit -f {kilobytes}; exec dotnet \"$@\"";
        var start = new ProcessStartInfo("bash", ["-c", script, "bash", Program, .. arguments]);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // it would need a large file
        return Finished(Launch(Gigabyte, start));
    }

    /// <summary>Runs the program with standard error closed.</summary>
    public Run RunWithoutError(params string[] arguments) =>
        Finished(Launch(Gigabyte, new("bash", ["-c", "exec dotnet \"$@\" 2>&-", "bash", Program, .. arguments])));

    /// <summary>Runs the program in a terminal. Output and error both appear in the output.</summary>
    public Run RunInTerminal(int columns, params string[] arguments) => Finished(StartInTerminal(columns, arguments));

    /// <summary>
    /// Starts the program in a terminal of a given width, with signals at their defaults. Its standard input is the keyboard.
    /// </summary>
    public Process StartInTerminal(int columns, params string[] arguments)
    {
        var command = $"stty cols {columns}; exec dotnet {Program} {string.Join(' ', arguments)}";
        string[] options = ["--default-signal=INT,TERM", "script", "--quiet", "--return", "--command", command, "/dev/null"];
        var start = new ProcessStartInfo("env", options) { RedirectStandardInput = true };
        foreach (var variable in start.Environment.Keys.Except(["PATH", "HOME", "DOTNET_ROOT"]).ToArray()) // some deny a terminal
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

    /// <summary>Starts the program with a limit on the bytes of its heap.</summary>
    public Process Start(long memory, params string[] arguments) =>
        Launch(memory, new("dotnet", [Program, .. arguments]));

    /// <summary>Starts the program with signals at their defaults: a background job of a shell would inherit ignored ones.</summary>
    public Process StartHeedingSignals(params string[] arguments) =>
        Launch(Gigabyte, new("env", ["--default-signal=INT,TERM", "dotnet", Program, .. arguments]));

    /// <summary>Starts a command line in a shell, with signals at their defaults.</summary>
    public Process StartInShell(string command) =>
        Launch(Gigabyte, new("env", ["--default-signal=INT,TERM", "bash", "-c", $"exec {command}"]));

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "microgpt.dll");

    private Process Launch(long memory, ProcessStartInfo start)
    {
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (path, true, true);
        start.Environment["https_proxy"] = "http://127.0.0.1:1"; // a closed port
        start.Environment["no_proxy"] = "";
        start.Environment[CachesVariable] = PathOf(Caches);
        start.Environment["DOTNET_GCHeapHardLimit"] = $"{memory:X}";
        foreach (var (variable, value) in environment) start.Environment[variable] = value;
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
