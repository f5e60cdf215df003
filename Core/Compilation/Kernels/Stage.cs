using System.Collections.Immutable;

namespace MicroGpt.Compilation;

/// <summary>The threads that run a program together.</summary>
/// <param name="Threads">The number of threads.</param>
/// <param name="LeastWork">
/// The least work that a thread takes in a shared kernel, in floating-point operations. Less work would cost more at the barrier than it
/// saves.
/// </param>
internal readonly record struct Team(int Threads, long LeastWork = 1 << 18)
{
    /// <summary>
    /// The least number of rows that a thread takes of a kernel. It is null if no batch has enough rows for two threads, so that the kernel
    /// is not shared.
    /// </summary>
    /// <param name="most">The largest number of rows in a batch.</param>
    /// <param name="work">The work for a row, in floating-point operations.</param>
    /// <param name="fewest">The least number of rows of any kernel.</param>
    public int? LeastRows(int most, long work, int fewest)
    {
        var least = (int)Math.Clamp(LeastWork / work, fewest, int.MaxValue);
        return most / 2 < least ? null : least;
    }
}

/// <summary>
/// A stage of a program that a team runs: a kernel, or a part of a kernel. If the stage is large, its rows are divided among the threads.
/// A row has the same bits for every division.
/// </summary>
/// <param name="count">Returns the number of rows in the current batch.</param>
/// <param name="least">The least number of rows for one thread.</param>
/// <param name="unit">The rows of each thread start at a multiple of this number.</param>
/// <param name="kernels">A kernel for each thread, or a single kernel, which thread 0 runs alone.</param>
internal sealed class Stage(Func<int> count, int least, int unit, ImmutableArray<RowKernel> kernels)
{
    private readonly Func<int> count = count;
    private readonly int least = least, unit = unit;
    private readonly ImmutableArray<RowKernel> kernels = kernels;

    /// <summary>A stage that thread 0 runs alone.</summary>
    public static Stage Alone(Action run) => new(() => 1, 1, 1, [(_, _) => run()]);

    /// <summary>True if the rows are divided for some batches.</summary>
    public bool CanBeShared => kernels.Length > 1;

    /// <summary>True if the rows are divided for the current batch.</summary>
    public bool IsShared => CanBeShared && Parts > 1;

    private int Parts => Math.Clamp(count() / least, 1, kernels.Length);

    /// <summary>Computes the rows of a thread. It computes nothing if all rows belong to other threads.</summary>
    public void Run(int thread)
    {
        var (rows, parts) = (count(), Parts);
        if (thread >= parts) return;
        var (first, number) = Share(rows, unit, thread, parts);
        kernels[thread](first, number);
    }

    /// <summary>
    /// The first row and the number of rows of a part, if rows are divided into <paramref name="parts"/> parts. Each part begins at a
    /// multiple of <paramref name="unit"/>, and the last part ends at the last row.
    /// </summary>
    public static (int First, int Count) Share(int rows, int unit, int part, int parts)
    {
        return (Start(part), Start(part + 1) - Start(part));

        int Start(int part) => part == parts ? rows : (int)((long)rows * part / parts) / unit * unit;
    }
}
