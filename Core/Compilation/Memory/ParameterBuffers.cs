using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>
/// A buffer for each parameter matrix of a model, all in one array. The buffers hold the parameters, a gradient, or a moment of Adam.
/// </summary>
[Workspace]
internal sealed class ParameterBuffers<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Buffers of zeros for the parameters of a model.</summary>
    public ParameterBuffers(ParameterTable table)
    {
        Table = table;
        var matrices = table.Definitions;
        var size = 0L;
        foreach (var matrix in matrices) size += ElementCount(matrix);
        var (all, buffers) = (MatrixBuffer<T>.AllocateElements(size, columns: 1), new MatrixBuffer<T>[matrices.Length]);
        for (var (k, offset) = (0, all.Offset); k < matrices.Length; offset += (int)ElementCount(matrices[k++]))
            buffers[k] = new(all.Data, offset, MatrixBuffer<T>.StrideFor(matrices[k].Columns));
        Buffers = ImmutableCollectionsMarshal.AsImmutableArray(buffers);
    }

    /// <summary>The definition of each matrix.</summary>
    public ParameterTable Table { get; }

    /// <summary>The buffer of each matrix, in the order of <see cref="Table"/>.</summary>
    public ImmutableArray<MatrixBuffer<T>> Buffers { get; }

    /// <summary>Copies the values for all parameters into the buffers, rounded to T.</summary>
    public void Load(ParameterValues values)
    {
        var matrices = Table.Definitions;
        for (var (k, start) = (0, 0); k < matrices.Length; start += matrices[k++].Count)
            Buffers[k].Load(matrices[k].Columns, values.Values.AsSpan(start, matrices[k].Count));
    }

    /// <summary>The buffers as a function of variables. The k-th variable has the k-th buffer.</summary>
    public Func<Variable, MatrixBuffer<T>> Of(ImmutableArray<Parameter> variables)
    {
        var buffers = new Dictionary<Variable, MatrixBuffer<T>>();
        for (var k = 0; k < variables.Length; k++) buffers.Add(variables[k], Buffers[k]);
        return variable => buffers[variable];
    }

    /// <summary>The elements of all buffers, in the order of the parameters.</summary>
    public ImmutableArray<double> Store() => Store(Buffers.AsSpan());

    /// <summary>The elements of other buffers of the same shapes, in the order of the parameters.</summary>
    public ImmutableArray<double> Store(ReadOnlySpan<MatrixBuffer<T>> buffers)
    {
        var (matrices, values) = (Table.Definitions, new double[Table.ParameterCount]);
        for (var (k, start) = (0, 0); k < matrices.Length; start += matrices[k++].Count)
            buffers[k].Store(matrices[k].Rows, matrices[k].Columns, values.AsSpan(start));
        return ImmutableCollectionsMarshal.AsImmutableArray(values);
    }

    private static long ElementCount(ParameterDefinition matrix) => MatrixBuffer<T>.ElementCount(matrix.Rows, matrix.Columns);
}
