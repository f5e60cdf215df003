using System.Runtime.InteropServices;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Data;

/// <summary>Listens to the signals that end a process. The first is a request to end; the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private const int SignalBase = 128; // a shell's exit code of a signalled process is this and the number of the signal

    // Ctrl-C, the kill command, and a terminal that closes.
    private static readonly (PosixSignal Signal, int Number)[] Signals =
        [(PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1)];

    private readonly PosixSignalRegistration[] registrations;
    private volatile int exitCode;

    /// <summary>Starts to listen.</summary>
    public Interruption() => registrations =
        [.. Signals.Select(known => PosixSignalRegistration.Create(known.Signal, signal => Handle(signal, known.Number)))];

    /// <summary>The exit code of the process, once a signal has asked it to end.</summary>
    public Option<int> ExitCode => exitCode == 0 ? None : exitCode;

    /// <summary>True if a signal has asked the process to end.</summary>
    public bool IsRequested => exitCode != 0;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }

    private void Handle(PosixSignalContext signal, int number)
    {
        if (IsRequested) Environment.Exit(SignalBase + number);
        (signal.Cancel, exitCode) = (true, SignalBase + number);
    }
}
