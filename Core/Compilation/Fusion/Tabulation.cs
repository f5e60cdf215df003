using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>A table in place of a node: row r of the table is the value of the node in a row whose indices have the number r.</summary>
/// <param name="Variable">The table, a variable of fixed shape.</param>
/// <param name="Row">The node: [positions, c].</param>
public sealed record Table(Variable Variable, Expr Row);

/// <summary>
/// Constant folding over gather. If a row of a node depends only on constant matrices and on the indices of the row, the node has as many
/// different rows as there are values of the indices. The rows fit in a table, and the node is a gather from the table.
/// </summary>
/// <param name="Expressions">The expressions, with a gather from a table in place of each folded node.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Number">The indices of the gathers: for each row, the number of its values of <paramref name="Indices"/>.</param>
/// <param name="Indices">The indices that the tables depend on, and the number of values of each. The last one varies fastest.</param>
public sealed record Tabulation(
    ImmutableArray<Expr> Expressions, ImmutableArray<Table> Tables, Indices Number, ImmutableArray<(Indices Indices, int Count)> Indices)
{
    /// <summary>The number of rows of each table.</summary>
    public int Rows => Tables.IsEmpty ? 0 : Indices.Aggregate(1, (rows, index) => rows * index.Count);

    /// <summary>The distance of two rows whose values of an index differ by 1; 0 if the tables do not depend on the index.</summary>
    public int StrideOf(Indices index)
    {
        var (stride, isFound) = (1, false);
        foreach (var (indices, count) in Indices)
            if (isFound) stride *= count;
            else isFound = indices == index;
        return isFound ? stride : 0;
    }

    /// <summary>
    /// Folds expressions in which the variables <paramref name="constants"/> do not change. There are no tables if they would have more
    /// than <paramref name="most"/> elements together.
    /// </summary>
    public static Tabulation Fold(ImmutableArray<Expr> expressions, IReadOnlySet<Variable> constants, long most)
    {
        var (nodes, number) = (PostOrder<Expr>.Of(expressions.AsSpan()).Nodes, new Indices("rows"));
        var dependence = new Dictionary<Expr, Dependence>();
        foreach (var node in nodes) dependence.Add(node, Find(node));
        var folded = nodes.OfType<Application>().Where(node => dependence[node] != Dependence.OnIndices)
            .SelectMany(node => node.Arguments).Concat(expressions)
            .Where(x => dependence[x] == Dependence.OnIndices && x is Application { Operation: not Gather }).Distinct().ToArray();
        ImmutableArray<(Indices Indices, int Count)> indices =
            [.. PostOrder<Expr>.Of(folded).Nodes.OfType<Application>().Where(node => node.Operation is Gather)
                .Select(node => (((Gather)node.Operation).Indices, node.Arguments[0].Shape.Rows.IfFixed!.Value)).Distinct()];
        var rows = indices.Aggregate(1.0, (product, index) => product * index.Count);
        if (folded is [] || rows * folded.Sum(x => x.Shape.Columns) > most) return new(expressions, [], number, []);

        ImmutableArray<Table> tables =
            [.. folded.Select((x, k) => new Table(new($"table {k}", new((int)rows, x.Shape.Columns)), x))];
        var rewritten = tables.ToDictionary(table => table.Row, table => table.Variable.Gather(number));
        foreach (var node in nodes)
            if (!rewritten.ContainsKey(node))
                rewritten.Add(node, node is Application application && application.Arguments.Any(x => rewritten[x] != x)
                    ? new Application(application.Operation, [.. application.Arguments.Select(x => rewritten[x])]) : node);
        return new([.. expressions.Select(x => rewritten[x])], tables, number, indices);

        Dependence Find(Expr node) => node.Match(
            variable => constants.Contains(variable) ? Dependence.None : Dependence.Other,
            _ => Dependence.None,
            application => OfApplication(application.Operation, [.. application.Arguments.Select(x => dependence[x])]));
    }

    public bool Equals(Tabulation? other) => other is not null && Number == other.Number
        && Expressions.ContentEquals(other.Expressions) && Tables.ContentEquals(other.Tables) && Indices.ContentEquals(other.Indices);

    public override int GetHashCode() => HashCode.Combine(Number, Expressions.Length, Tables.Length);

    // The dependence of the rows of a node: on nothing that changes, on the indices of the row, or on something else.
    private enum Dependence { None, OnIndices, Other }

    private static Dependence OfApplication(Operation operation, Dependence[] arguments) => (operation, arguments) switch
    {
        (Gather, [Dependence.None]) => Dependence.OnIndices,
        (Times or TimesTranspose, [Dependence.OnIndices, Dependence.None]) => Dependence.OnIndices,
        (Elementwise or RmsNorm or Center or Gelu or Softmax or SumGroups or RepeatGroups or LargestOfGroups, _)
            when !arguments.Contains(Dependence.Other) => arguments.Max(),
        (RepeatRows, [Dependence.None]) => Dependence.None,
        _ => Dependence.Other,
    };
}
