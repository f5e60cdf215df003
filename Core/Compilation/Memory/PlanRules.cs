using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>An output of a program.</summary>
/// <param name="Expression">The expression that the program computes.</param>
/// <param name="Overwrites">
/// The variable whose buffer holds the value after a run. It has the shape of the expression. Without a variable, the value is in a buffer
/// of the program.
/// </param>
internal sealed record Output(Expr Expression, Variable? Overwrites = null);

/// <summary>The properties of kernels that a plan depends on.</summary>
/// <param name="Size">Returns the number of elements that a matrix of the given shape needs.</param>
/// <param name="IsInPlace">
/// True if the kernel of an operation may write its result over the k-th argument, because an entry of the result depends only on the entry
/// of this argument at the same place.
/// </param>
/// <param name="IsProduct">True if the kernel of an operation can compute its result slice by slice: some rows at a time.</param>
/// <param name="IsRowWise">
/// True if a row of the result depends only on the row of the k-th argument at the same place, so that the kernel can follow a product
/// slice by slice.
/// </param>
/// <param name="SliceSize">Returns the number of elements that a slice of a matrix of the given shape needs.</param>
internal sealed record PlanRules(
    Func<Shape, long> Size, Func<Operation, int, bool> IsInPlace,
    Func<Operation, bool> IsProduct, Func<Operation, int, bool> IsRowWise, Func<Shape, long> SliceSize);

/// <summary>The nodes that one kernel computes.</summary>
/// <param name="Results">A single node, or results of a family. They have the same arguments.</param>
/// <param name="Sliced">
/// The argument that the kernel computes itself, slice by slice: a product. It is null if all arguments are computed by other kernels.
/// </param>
internal sealed record KernelNodes(ImmutableArray<Application> Results, Application? Sliced = null)
{
    /// <summary>The nodes that the kernel reads.</summary>
    public IEnumerable<Expr> Arguments => Sliced is null
        ? Results[0].Arguments : Results[0].Arguments.Where(x => x != Sliced).Concat(Sliced.Arguments);

    public bool Equals(KernelNodes? other) => other is not null && Results.ContentEquals(other.Results) && Equals(Sliced, other.Sliced);

    public override int GetHashCode() => HashCode.Combine(Results.Length, Sliced);
}
