using System.Runtime.InteropServices;

namespace MicroGpt.Shell.Data;

/// <summary>Hears the signals that ask a process to end: the first is a request, the second one ends it at once.</summary>
internal sealed class Interruption : IDisposable
{
    private const int Signalled = 128; // what a shell adds to the number of the signal

    // Of a key, of another process, and of a terminal that is closed.
    private static readonly (PosixSignal Signal, int Number)[] Signals = [(PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1)];

    private readonly PosixSignalRegistration[] registrations;
    private volatile int exitCode;

    /// <summary>Hears from now on.</summary>
    public Interruption() => registrations =
        [.. Signals.Select(known => PosixSignalRegistration.Create(known.Signal, signal => Hear(signal, known.Number)))];

    /// <summary>What the process is to exit with, if it was asked to end.</summary>
    public int? ExitCode => exitCode == 0 ? null : exitCode;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }

    private void Hear(PosixSignalContext signal, int number)
    {
        if (exitCode != 0) Environment.Exit(Signalled + number);
        (signal.Cancel, exitCode) = (true, Signalled + number);
    }
}
