using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>A number for each parameter, as a program has them: the blocks of all matrices in one array, in order.</summary>
[Workspace]
public sealed class ParameterBuffers<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Zeros for the parameters of a model.</summary>
    public ParameterBuffers(Configuration configuration)
    {
        Shapes = configuration.ParameterShapes;
        var size = Shapes.Sum(shape => MatrixBuffer<T>.ElementCount(shape.Rows, shape.Columns));
        var (all, blocks) = (MatrixBuffer<T>.AllocateElements(size, columns: 1), ImmutableArray.CreateBuilder<MatrixBuffer<T>>(Shapes.Length));
        for (var (k, offset) = (0, all.Offset); k < Shapes.Length; offset += (int)MatrixBuffer<T>.ElementCount(Shapes[k].Rows, Shapes[k++].Columns))
            blocks.Add(new(all.Data, offset, MatrixBuffer<T>.StrideFor(Shapes[k].Columns)));
        Buffers = blocks.MoveToImmutable();
    }

    /// <summary>The names and sizes of the matrices.</summary>
    public ImmutableArray<ParameterShape> Shapes { get; }

    /// <summary>The block of each matrix.</summary>
    public ImmutableArray<MatrixBuffer<T>> Buffers { get; }

    /// <summary>Takes the numbers of parameters over, rounded to T.</summary>
    public void Load(Parameters parameters)
    {
        for (var (k, start) = (0, 0); k < Shapes.Length; start += Shapes[k++].Count)
            Buffers[k].Load(Shapes[k].Columns, parameters.Values.AsSpan(start, Shapes[k].Count));
    }

    /// <summary>The numbers as parameters.</summary>
    public Parameters Store(Configuration configuration)
    {
        var values = new double[configuration.ParameterCount];
        for (var (k, start) = (0, 0); k < Shapes.Length; start += Shapes[k++].Count)
            Buffers[k].Store(Shapes[k].Rows, Shapes[k].Columns, values.AsSpan(start));
        return new(configuration, ImmutableCollectionsMarshal.AsImmutableArray(values));
    }
}
