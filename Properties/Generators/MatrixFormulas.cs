using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>An expression over matrices of a batch with values of its variables, differentiated as the number ⟨u, body⟩.</summary>
public sealed class MatrixFormula : IDifferentiable
{
    public MatrixFormula(BatchCase batch, Expr body, Direction numbers)
    {
        (Batch, Body, Numbers) = (batch, body, numbers);
        Scalar = body.Dot(new Variable("u", body.Shape));
        Variables = [.. PostOrder<Expr>.Of(Scalar).Nodes.OfType<Variable>()];
        Point = [.. Variables.SelectMany((variable, i) => numbers.Matrix(variable.Shape, i, batch).Entries)];
    }

    /// <summary>The batch whose sizes the matrices have.</summary>
    public BatchCase Batch { get; }

    /// <summary>The expression.</summary>
    public Expr Body { get; }

    /// <summary>The numbers that the variables' values are taken from.</summary>
    public Direction Numbers { get; }

    /// <summary>⟨u, body⟩, where the variable u holds a weight for each entry.</summary>
    public Expr Scalar { get; }

    /// <summary>The variables of <see cref="Scalar"/>.</summary>
    public ImmutableArray<Variable> Variables { get; }

    /// <summary>The entries of all variables, concatenated.</summary>
    public ImmutableArray<double> Point { get; }

    public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> => Scalar.Evaluate(Bind(x))[0, 0];

    /// <summary>The variables bound to entries.</summary>
    public Environment<T> Bind<T>(ImmutableArray<T> entries) where T : IEvaluated<T> => Batch.Bind(Split(Variables, entries));

    /// <summary>Cuts concatenated entries into the matrices of variables.</summary>
    public IEnumerable<(Variable Variable, Matrix<T> Value)> Split<T>(ImmutableArray<Variable> variables, ImmutableArray<T> entries)
    {
        var start = 0;
        foreach (var variable in variables)
        {
            var (rows, columns) = (variable.Shape.Rows.In(Batch.Packing), variable.Shape.Columns);
            yield return (variable, new(rows, columns, entries.Slice(start, rows * columns)));
            start += rows * columns;
        }
    }

    /// <summary>The same with another body, batch or numbers.</summary>
    public MatrixFormula With(BatchCase? batch = null, Expr? body = null, Direction? numbers = null) =>
        new(batch ?? Batch, body ?? Body, numbers ?? Numbers);

    public override string ToString() => string.Concat(
        $"\n{Writer.Print(Body)}  {Batch}",
        string.Concat(Split(Variables, Point).Select(pair =>
            FormattableString.Invariant($"\n  {pair.Variable.Name} = {string.Join(" ", pair.Value.Entries)}"))));
}

/// <summary>An expression over matrices of operations that arithmetic modulo a prime covers.</summary>
public sealed record ExactMatrixFormula(MatrixFormula Formula)
{
    public override string ToString() => $"{Formula}";
}

/// <summary>A step by which an expression grows: an operation of the catalogue, or several that belong together.</summary>
public sealed record GrowthStep(int Arity, Func<ImmutableArray<Shape>, bool> Fits, Func<ImmutableArray<Expr>, Expr> Apply);

/// <summary>Generators of expressions over matrices.</summary>
public static class MatrixFormulas
{
    /// <summary>Expressions of all operations in the catalogue.</summary>
    public static Arbitrary<MatrixFormula> Any { get; } = Of(GrowthSteps);

    /// <summary>Expressions of the operations that arithmetic modulo a prime covers.</summary>
    public static Arbitrary<ExactMatrixFormula> Exact { get; } = Arb.Convert(
        Of(batch => GrowthSteps(batch, operation => !Catalogue.RelatesSymbols(operation))),
        formula => new ExactMatrixFormula(formula), exact => exact.Formula);

    /// <summary>Expressions of 3 to 12 of the given steps.</summary>
    public static Arbitrary<MatrixFormula> Of(Func<BatchCase, ImmutableArray<GrowthStep>> steps) => Arb.From(
        from batch in BatchCases.Any.Generator
        from numbers in Directions.Any.Generator
        from count in Gen.Choose(3, 12)
        from draws in Gen.Choose(0, 1 << 20).ArrayOf(2 * count)
        select Grown(batch, numbers, steps(batch), draws),
        Simpler);

    /// <summary>
    /// Each operation as a step of its own, and softmax as one step. The largest of groups and the mask of -∞ occur only within softmax.
    /// </summary>
    public static ImmutableArray<GrowthStep> GrowthSteps(BatchCase batch) => GrowthSteps(batch, _ => true);

    private static ImmutableArray<GrowthStep> GrowthSteps(BatchCase batch, Func<Operation, bool> chosen) =>
    [
        .. from entry in (ImmutableArray<CatalogueEntry>)
               [.. Catalogue.Linear(batch), .. Catalogue.EntryByEntry, .. Catalogue.Fused(batch), .. Catalogue.OfManyArguments]
           where chosen(entry.Operation)
           select GrowthStep(entry, batch),
        new(1, _ => true, arguments => arguments[0].Softmax(1)),
        new(2, shapes => shapes[0] == shapes[1], arguments => SumAndProduct.Both(arguments[0], arguments[1])),
        new(2, shapes => shapes[0] == shapes[1], arguments => AdamStep(arguments[0], arguments[1])),
        new(1, shapes => shapes[0] == new Shape(Extent.Positions, batch.Heads.Columns),
            arguments => arguments[0].Mask(batch.Heads, double.NegativeInfinity).Softmax(batch.Heads.Count)),
        .. chosen(new Attention(batch.Heads)) ? TiledAttention(batch) : [],
    ];

    // Attention by tiles and its pullback. The pullback reads both results of attention.
    private static ImmutableArray<GrowthStep> TiledAttention(BatchCase batch)
    {
        return batch.Position > 0 ? [] :
        [
            new(3, shapes => Fits([.. shapes]), arguments => Attend(arguments, 0) + Attend(arguments, 1).RepeatGroups(batch.HeadSize)),
            new(2, shapes => Fits([shapes[0], .. shapes]), arguments =>
                PullBack(arguments, 0) + PullBack(arguments, 1) * PullBack(arguments, 2)),
        ];

        bool Fits(ImmutableArray<Shape> shapes) => new Attention(batch.Heads).Infer(shapes) == new Shape(Extent.Positions, batch.Width);

        Expr Attend(ImmutableArray<Expr> x, int result) => new Application(new Attention(batch.Heads) { Result = result }, x);

        Expr PullBack(ImmutableArray<Expr> x, int result)
        {
            ImmutableArray<Expr> keys = [x[0], x[1], x[0]];
            return new Application(
                new AttentionPullback(batch.Heads) { Result = result }, [.. keys, Attend(keys, 0), Attend(keys, 1), x[1]]);
        }
    }

    // p + m·v after an update of p, with a mean of squares that is above 0. The scalars are powers of two, since simplification rounds the
    // reciprocals of other constants.
    private static Expr AdamStep(Expr p, Expr g)
    {
        ImmutableArray<Expr> arguments = [p, g, p, p * p + 1, Expr.Constant(0.25), Expr.Constant(0.5), Expr.Constant(0.125)];
        var update = new AdamUpdate(0.75, 0.875, 0.5);
        return new Application(update, arguments)
            + new Application(update with { Result = 1 }, arguments) * new Application(update with { Result = 2 }, arguments);
    }

    /// <summary>An operation as a step of its own.</summary>
    public static GrowthStep GrowthStep(CatalogueEntry entry, BatchCase batch) =>
        new(entry.Arity, shapes => entry.Operation.Fits(shapes, batch), arguments => new Application(entry.Operation, arguments));

    // Applies the drawn steps one by one to nodes of fitting shapes, the newest if possible. A result outside the domain is dropped.
    private static MatrixFormula Grown(BatchCase batch, Direction numbers, ImmutableArray<GrowthStep> steps, int[] draws)
    {
        ImmutableArray<Expr> nodes = Leaves(batch);
        foreach (var draw in draws.Chunk(2))
        {
            var step = steps[draw[0] % steps.Length];
            var fitting = Catalogue.Fitting(nodes, node => node.Shape, step.Arity, step.Fits).ToArray();
            var newest = fitting.Where(arguments => arguments.Contains(nodes[^1])).ToArray();
            if ((newest.Length > 0 ? newest : fitting) is not { Length: > 0 } choices) continue;
            var grown = step.Apply(choices[draw[1] % choices.Length]);
            if (IsTame(new(batch, grown, numbers))) nodes = nodes.Add(grown);
        }
        return new(batch, nodes[^1], numbers);
    }

    private static ImmutableArray<Expr> Leaves(BatchCase batch) =>
    [
        new Variable("rates", new(Extent.Documents, batch.Vocabulary)),
        new Variable("weights", new(Extent.Positions, batch.Heads.Columns)),
        new Variable("table", new(batch.Vocabulary, batch.Width)),
        new Variable("square", new(batch.Width, batch.Width)),
        new Variable("cache", new(batch.Heads.BlockSize, batch.Width)),
        new Variable("rows", new(Extent.Positions, batch.Width)),
    ];

    // True if the value lies in the gentle domain, and each intermediate value in the wild domain or is the -∞ of a mask. This rules out
    // e⁻⁷⁰⁰, even if a logarithm follows.
    private static bool IsTame(MatrixFormula m)
    {
        var environment = m.Bind([.. m.Point.Select(x => new Amplified(x, 1))]);
        var values = Evaluation.Evaluate([m.Body, .. PostOrder<Expr>.Of(WrittenOut(m.Body)).Nodes], environment);
        return values[0].Entries.All(Domain.Gentle.Contains)
            && values.All(value => value.Entries.All(x => Domain.Wild.Contains(x) || double.IsNegativeInfinity(x.Plain)));
    }

    // Replaces fused operations by their definitions, whose intermediate values must lie in the domain too.
    private static Expr WrittenOut(Expr body) => Rewriting.Rewrite(
        [body],
        variable => variable,
        constant => constant,
        node => node.Operation is Fused formula ? formula.Definition(node.Arguments) : node)[0];

    // Shrinks to parts of the expression first, then to fewer documents, then to simpler numbers.
    private static IEnumerable<MatrixFormula> Simpler(MatrixFormula m) =>
        PostOrder<Expr>.Of(m.Body).Nodes.SkipLast(1).Select(part => m.With(body: part))
            .Concat(
                from batch in BatchCases.Any.Shrinker(m.Batch)
                where batch.Position == m.Batch.Position
                select m.With(batch: batch))
            .Concat(m.Numbers == Direction.Ones ? [] : [m.With(numbers: Direction.Ones)])
            .Where(IsTame);
}
