namespace MicroGpt;

/// <summary>The progress of long work.</summary>
/// <param name="Pass">The name of the current pass over the items, such as the nodes of a graph.</param>
/// <param name="Done">The number of items that the pass has visited.</param>
/// <param name="Total">The number of items of the pass.</param>
public readonly record struct Progress(string Pass, int Done, int Total);

/// <summary>
/// The caller's side of long work: a token that cancels the work, and a function that receives its progress. Neither changes a result.
/// Cancelled work has no result, and throws <see cref="OperationCanceledException"/>. The default observer does neither.
/// </summary>
public readonly record struct Observer(CancellationToken Cancellation, Action<Progress>? Receive = null)
{
    /// <summary>Reports progress, unless the work is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The work is cancelled.</exception>
    public void Report(string pass, int done, int total)
    {
        Cancellation.ThrowIfCancellationRequested();
        Receive?.Invoke(new(pass, done, total));
    }
}
