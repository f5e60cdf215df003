using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>Threads that meet at a barrier see each other's writes, phase after phase, and none waits for a thread that failed.</summary>
public class SpinBarrierFacts
{
    private const int Phases = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(5)]
    public void After_each_phase_every_participant_sees_the_earlier_writes_of_all(int participants)
    {
        var (written, wrong) = (new int[participants], 0);
        Ends(() => SpinBarrier.Run(participants, (k, barrier) =>
        {
            for (var phase = 1; phase <= Phases; phase++)
            {
                written[k] = phase;
                barrier.SignalAndWait();
                if (written.Any(value => value != phase)) Interlocked.Increment(ref wrong);
                barrier.SignalAndWait();
            }
        }));
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_participant_that_arrives_waits_for_the_last()
    {
        var hasArrived = false;
        Ends(() => SpinBarrier.Run(3, (k, barrier) =>
        {
            if (k == 2)
            {
                Thread.Sleep(50);
                Volatile.Write(ref hasArrived, true);
            }
            barrier.SignalAndWait();
            Assert.True(Volatile.Read(ref hasArrived), $"participant {k} went on alone");
        }));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void The_exception_of_one_participant_releases_the_others_and_is_thrown_by_the_run(int failing)
    {
        var released = new Exception?[3];
        var thrown = Assert.Throws<IOException>(() => Ends(() => SpinBarrier.Run(3, (k, barrier) =>
        {
            for (var phase = 0; phase < 10; phase++)
            {
                if (k == failing && phase == 5) throw new IOException($"participant {k}");
                released[k] = Record.Exception(barrier.SignalAndWait);
                if (released[k] is not null) return;
            }
        })));
        Assert.Equal($"participant {failing}", thrown.Message);
        for (var k = 0; k < 3; k++) Assert.Same(k == failing ? null : thrown, released[k]);
    }

    [Fact]
    public void If_all_participants_fail_the_run_throws_one_of_their_exceptions() =>
        Assert.Throws<IOException>(() => Ends(() => SpinBarrier.Run(4, (_, _) => throw new IOException())));

    [Fact]
    public void Participant_0_runs_on_the_calling_thread_and_each_other_on_its_own()
    {
        var (threads, caller) = (new int[3], 0);
        Ends(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            SpinBarrier.Run(3, (k, _) => threads[k] = Environment.CurrentManagedThreadId);
        });
        Assert.Equal(caller, threads[0]);
        Assert.Equal(3, threads.Distinct().Count());
    }

    // Runs an action on another thread. Fails if it does not end in time, and rethrows its exception.
    private static void Ends(Action action)
    {
        var task = Task.Run(action);
        Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Patience), "a thread waits for ever");
        task.GetAwaiter().GetResult();
    }
}
