using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Text;

namespace MicroGpt.Browser;

/// <summary>The size of a matrix of parameters.</summary>
internal sealed record MatrixSize(string Name, int Rows, int Columns)
{
    /// <summary>The sizes of a model's matrices.</summary>
    public static ImmutableArray<MatrixSize> Of(Configuration configuration) =>
        [.. configuration.Table.Definitions.Select(matrix => new MatrixSize(matrix.Name, matrix.Rows, matrix.Columns))];
}

/// <summary>The entries of a model's matrices.</summary>
internal static class Entries
{
    /// <summary>The index of an entry among all parameters, or a problem if there is no such entry.</summary>
    public static Either<Problem, int> Find(Configuration configuration, string matrix, int row, int column)
    {
        var start = 0;
        foreach (var definition in configuration.Table.Definitions)
        {
            if (definition.Name == matrix)
                return row >= 0 && row < definition.Rows && column >= 0 && column < definition.Columns
                    ? start + row * definition.Columns + column
                    : new Problem($"{definition} has no entry [{row}, {column}]; choose a smaller row or column.");
            start += definition.Count;
        }
        return new Problem($"The model has no matrix {matrix.Quote()}; choose one of the list.");
    }
}
