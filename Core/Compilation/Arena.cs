using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>A number for each parameter, as a program has them: the blocks of all matrices in one array, in order.</summary>
public sealed class Arena<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImmutableArray<ParameterShape> shapes;
    private readonly ImmutableDictionary<string, Block<T>> blocks;

    /// <summary>Zeros for the parameters of a model.</summary>
    public Arena(Configuration configuration)
    {
        shapes = configuration.ParameterShapes;
        Values = new T[shapes.Sum(shape => Block<T>.SizeOf(shape.Rows, shape.Columns))];
        var (byName, offset) = (ImmutableDictionary.CreateBuilder<string, Block<T>>(), 0);
        foreach (var shape in shapes)
        {
            byName.Add(shape.Name, new(Values, offset, Block<T>.StrideOf(shape.Columns)));
            offset += Block<T>.SizeOf(shape.Rows, shape.Columns);
        }
        blocks = byName.ToImmutable();
    }

    /// <summary>All numbers, with what lies between the matrices and means nothing.</summary>
    public T[] Values { get; }

    /// <summary>The block of a parameter.</summary>
    public Block<T> this[Variable parameter] => blocks[parameter.Name];

    /// <summary>Takes the numbers of parameters over, rounded to T.</summary>
    public void Load(Parameters parameters)
    {
        var values = parameters.Values.AsSpan();
        foreach (var (block, row, columns) in MatrixRows())
        {
            var to = block.Row(row)[..columns];
            for (var j = 0; j < columns; j++) to[j] = T.CreateTruncating(values[j]);
            values = values[columns..];
        }
    }

    /// <summary>The numbers as parameters.</summary>
    public Parameters Store(Configuration configuration)
    {
        var values = ImmutableArray.CreateBuilder<double>(Parameters.Count(configuration));
        foreach (var (block, row, columns) in MatrixRows())
            foreach (var value in block.Row(row)[..columns])
                values.Add(double.CreateTruncating(value));
        return new(configuration, values.MoveToImmutable());
    }

    private IEnumerable<(Block<T> Block, int Row, int Columns)> MatrixRows()
    {
        foreach (var shape in shapes)
        {
            var block = blocks[shape.Name];
            for (var i = 0; i < shape.Rows; i++) yield return (block, i, shape.Columns);
        }
    }
}
