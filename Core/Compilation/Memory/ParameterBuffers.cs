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
    public ParameterBuffers(Configuration configuration)
    {
        Shapes = configuration.ParameterShapes;
        var size = 0L;
        foreach (var shape in Shapes) size += ElementCount(shape);
        var (all, buffers) = (MatrixBuffer<T>.AllocateElements(size, columns: 1), new MatrixBuffer<T>[Shapes.Length]);
        for (var (k, offset) = (0, all.Offset); k < Shapes.Length; offset += (int)ElementCount(Shapes[k++]))
            buffers[k] = new(all.Data, offset, MatrixBuffer<T>.StrideFor(Shapes[k].Columns));
        Buffers = ImmutableCollectionsMarshal.AsImmutableArray(buffers);
    }

    /// <summary>The name and size of each matrix.</summary>
    public ImmutableArray<ParameterShape> Shapes { get; }

    /// <summary>The buffer of each matrix, in the order of <see cref="Shapes"/>.</summary>
    public ImmutableArray<MatrixBuffer<T>> Buffers { get; }

    /// <summary>Copies the values for all parameters into the buffers, rounded to T.</summary>
    public void Load(ParameterValues values)
    {
        for (var (k, start) = (0, 0); k < Shapes.Length; start += Shapes[k++].Count)
            Buffers[k].Load(Shapes[k].Columns, values.Values.AsSpan(start, Shapes[k].Count));
    }

    /// <summary>The buffers as a function of variables. The k-th variable has the k-th buffer.</summary>
    public Func<Variable, MatrixBuffer<T>> Of(ImmutableArray<Variable> variables)
    {
        var buffers = new Dictionary<Variable, MatrixBuffer<T>>();
        for (var k = 0; k < variables.Length; k++) buffers.Add(variables[k], Buffers[k]);
        return variable => buffers[variable];
    }

    /// <summary>The elements of all buffers, in the order of the parameters.</summary>
    public ImmutableArray<double> Store(Configuration configuration) => Store(configuration, Buffers.AsSpan());

    /// <summary>The elements of other buffers of the same shapes, in the order of the parameters.</summary>
    public ImmutableArray<double> Store(Configuration configuration, ReadOnlySpan<MatrixBuffer<T>> buffers)
    {
        var values = new double[configuration.ParameterCount];
        for (var (k, start) = (0, 0); k < Shapes.Length; start += Shapes[k++].Count)
            buffers[k].Store(Shapes[k].Rows, Shapes[k].Columns, values.AsSpan(start));
        return ImmutableCollectionsMarshal.AsImmutableArray(values);
    }

    private static long ElementCount(ParameterShape shape) => MatrixBuffer<T>.ElementCount(shape.Rows, shape.Columns);
}
