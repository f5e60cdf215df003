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
    public R Use<R>(Func<TWorkspace, R> work)
    {
        var workspace = Take();
        var result = work(workspace);
        Add(workspace);
        return result;
    }

    /// <summary>Takes an idle workspace, or makes one if there is none. The caller adds it again after its work.</summary>
    public TWorkspace Take() => Interlocked.Exchange(ref last, null) ?? (workspaces.TryTake(out var idle) ? idle : make());

    /// <summary>Adds an idle workspace.</summary>
    public void Add(TWorkspace workspace)
    {
        if (Interlocked.CompareExchange(ref last, workspace, null) is not null) workspaces.Add(workspace);
    }
}
