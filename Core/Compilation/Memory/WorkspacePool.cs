using System.Collections.Concurrent;

namespace MicroGpt.Compilation;

/// <summary>
/// A pool of workspaces, for a function that mutates a workspace but is pure for its callers. Successive calls reuse a workspace, and
/// concurrent calls use different workspaces. If a call throws, its workspace is not reused.
/// </summary>
[Workspace]
internal sealed class WorkspacePool<TWorkspace>(Func<TWorkspace> make)
{
    private readonly ConcurrentBag<TWorkspace> workspaces = [];
    private readonly Func<TWorkspace> make = make;

    /// <summary>Runs <paramref name="work"/> in an idle workspace, or in a new one if there is none.</summary>
    public R Use<R>(Func<TWorkspace, R> work)
    {
        var workspace = workspaces.TryTake(out var idle) ? idle : make();
        var result = work(workspace);
        Add(workspace);
        return result;
    }

    /// <summary>Adds an idle workspace.</summary>
    public void Add(TWorkspace workspace) => workspaces.Add(workspace);
}
