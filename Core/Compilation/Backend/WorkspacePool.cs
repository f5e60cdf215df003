using System.Collections.Concurrent;

namespace MicroGpt.Compilation;

/// <summary>
/// A pool of workspaces, for a function that mutates a workspace but is pure for its callers. Successive calls reuse a workspace, and
/// concurrent calls use different workspaces. If a call throws, its workspace is not reused.
/// </summary>
[Workspace]
internal sealed class WorkspacePool<TWorkspace>(Func<TWorkspace> make) where TWorkspace : class
{
    private readonly ConcurrentBag<TWorkspace> workspaces = [];
    private readonly Func<TWorkspace> make = make;
    private TWorkspace? last; // an idle workspace outside the bag, which takes longer to enter and to leave

    /// <summary>Runs <paramref name="work"/> in an idle workspace, or in a new one if there is none.</summary>
    public R Use<R>(Func<TWorkspace, R> work) => Use(work, (workspace, run) => run(workspace));

    /// <summary>Runs <paramref name="work"/> with an argument in an idle workspace, or in a new one if there is none.</summary>
    public R Use<A, R>(A argument, Func<TWorkspace, A, R> work)
    {
        var workspace = Interlocked.Exchange(ref last, null) ?? (workspaces.TryTake(out var idle) ? idle : make());
        var result = work(workspace, argument);
        Add(workspace);
        return result;
    }

    /// <summary>Adds an idle workspace.</summary>
    public void Add(TWorkspace workspace)
    {
        if (Interlocked.CompareExchange(ref last, workspace, null) is not null) workspaces.Add(workspace);
    }
}
