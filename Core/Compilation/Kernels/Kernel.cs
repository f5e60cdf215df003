namespace MicroGpt.Compilation;

/// <summary>Computes <paramref name="count"/> rows of a result, from row <paramref name="first"/> on.</summary>
internal delegate void RowKernel(int first, int count);

/// <summary>Reads the indices of <paramref name="count"/> positions, from position <paramref name="first"/> on.</summary>
internal delegate ReadOnlySpan<int> IndexReader(int first, int count);

/// <summary>A kernel that is bound to its buffers.</summary>
/// <param name="Name">
/// The name of the operation, such as "x·wᵀ". If the kernel computes an argument slice by slice, that operation is first: "xᵀ·y, adam".
/// </param>
/// <param name="FormatShapes">
/// Formats the shapes of the arguments and of the result, such as [positions, 16] [64, 16] → [positions, 64].
/// </param>
/// <param name="CountFlops">
/// Counts the floating-point operations of a run on the current batch: a multiplication and an addition for each term of a matrix product,
/// also in attention. Operations that are linear in the number of elements count as 0.
/// </param>
/// <param name="Run">Computes the result from the arguments.</param>
public sealed record Kernel(string Name, Func<string> FormatShapes, Func<long> CountFlops, Action Run);
