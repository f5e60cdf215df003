using MicroGpt.Training;

namespace MicroGpt.Shell.Options;

/// <summary>The threads of a run on this machine.</summary>
internal static class RunThreads
{
    /// <summary>The number of threads that a run sets; by default, that of the processors.</summary>
    public static int CountThreads(this RunConfiguration run) => run.Threads.IfNone(Environment.ProcessorCount);
}
