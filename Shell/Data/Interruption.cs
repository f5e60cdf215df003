using System.Runtime.InteropServices;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Data;

/// <summary>
/// Listens to the signals that end a process. The first is a request to end, which a token carries. It is announced at once, on the thread
/// of the signal. The second ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int SignalBase = 128; // a shell's exit code of a signalled process is this and the number of the signal

    // Ctrl-C, the kill command, and a terminal that closes.
    private static readonly (PosixSignal Signal, int Number)[] Signals =
        [(PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1)];

    // The time in which the terminal is restored. A terminal that is stopped takes no output, and must not delay the end.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly PosixSignalRegistration[] registrations;
    private readonly CancellationTokenSource source = new();
    private readonly Lock announcing = new();
    private readonly Action announce, restore;
    private int signals, exitCode;

    /// <summary>
    /// Starts to listen. The first signal calls <paramref name="announce"/>. The second calls <paramref name="restore"/>, which undoes
    /// changes of the terminal.
    /// </summary>
    public Interruption(Action announce, Action restore)
    {
        (this.announce, this.restore) = (announce, restore);
        registrations = [.. Signals.Select(known => PosixSignalRegistration.Create(known.Signal, signal => Handle(signal, known.Number)))];
    }

    /// <summary>Starts to listen, for a command that ends at once and changes nothing of the terminal.</summary>
    public Interruption() : this(() => { }, () => { })
    {
    }

    /// <summary>The token that the first signal cancels.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code of the process, once a signal has asked it to end and is announced.</summary>
    public Option<int> ExitCode
    {
        get
        {
            lock (announcing) return exitCode == 0 ? None : exitCode;
        }
    }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    // The second signal is not cancelled, so its default action ends the process. Environment.Exit would wait for a blocked output.
    private void Handle(PosixSignalContext signal, int number)
    {
        if (Interlocked.Increment(ref signals) > 1)
        {
            Task.Run(restore).Wait(Patience);
            return;
        }
        signal.Cancel = true;
        lock (announcing)
        {
            exitCode = SignalBase + number;
            source.Cancel();
            try
            {
                announce();
            }
            catch (Exception e) when (IoErrors.IsIoError(e))
            {
                // Standard error is closed or full: the request stands.
            }
        }
    }
}
