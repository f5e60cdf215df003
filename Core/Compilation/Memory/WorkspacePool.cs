using System.Collections.Concurrent;

namespace MicroGpt.Compilation;

/// <summary>
/// Memory to work in, for a function that is pure to whoever calls it: calls one after another use the same, calls at the same time
/// each have their own.
/// </summary>
[Workspace]
internal sealed class WorkspacePool<TWorkspace>(Func<TWorkspace> make)
{
    private readonly ConcurrentBag<TWorkspace> workspaces = [];
    private readonly Func<TWorkspace> make = make;

    /// <summary>Works in a workspace that nobody else works in.</summary>
    public R Use<R>(Func<TWorkspace, R> work)
    {
        var workspace = workspaces.TryTake(out var idle) ? idle : make();
        var result = work(workspace);
        workspaces.Add(workspace);
        return result;
    }
}
