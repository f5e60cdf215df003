using System.Runtime.ExceptionServices;

namespace MicroGpt.Compilation;

/// <summary>
/// A reusable barrier for a fixed number of threads. Waiting threads spin. Threads arrive only microseconds apart, so putting a
/// thread to sleep would cost more than spinning. If a participant fails, the exception ends the wait of all other participants.
/// </summary>
[Workspace]
internal sealed class SpinBarrier(int participants)
{
    private readonly int participants = participants;
    private int arrived, phase;
    private ExceptionDispatchInfo? failure;

    /// <summary>
    /// Runs <paramref name="work"/> once for each participant, and returns when all have ended. Participant 0 runs on the calling thread,
    /// and each other participant on a new thread. All participants must arrive at the barrier the same number of times.
    /// </summary>
    /// <exception cref="Exception">The exception of the first participant that failed, thrown on the calling thread.</exception>
    public static void Run(int participants, Action<int, SpinBarrier> work)
    {
        var barrier = new SpinBarrier(participants);
        var threads = Enumerable.Range(1, participants - 1).Select(k => new Thread(() => barrier.Guard(() => work(k, barrier)))).ToList();
        barrier.Guard(() =>
        {
            threads.ForEach(thread => thread.Start());
            work(0, barrier);
        });
        foreach (var thread in threads.Where(thread => thread.ThreadState != ThreadState.Unstarted)) thread.Join();
        barrier.failure?.Throw();
    }

    /// <summary>
    /// Waits until all participants have arrived. Each participant then sees all memory that the others wrote before the barrier. The
    /// barrier can be used again at once.
    /// </summary>
    /// <exception cref="Exception">The exception of a participant that failed.</exception>
    public void SignalAndWait()
    {
        var current = Volatile.Read(ref phase);
        if (Interlocked.Increment(ref arrived) == participants)
        {
            arrived = 0;
            Volatile.Write(ref phase, current + 1);
        }
        for (var spin = new SpinWait(); Volatile.Read(ref phase) == current && Volatile.Read(ref failure) is null;)
            spin.SpinOnce(sleep1Threshold: -1);
        Volatile.Read(ref failure)?.Throw();
    }

    // Runs the work of a participant, and stores the exception of the first participant that fails. The other participants then leave the
    // barrier with the same exception. It is not stored again.
    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
