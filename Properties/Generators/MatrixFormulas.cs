using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>An expression over matrices in a frame, its variables' values, and the number ⟨u, body⟩ that it is differentiated as.</summary>
public sealed class MatrixFormula : IDifferentiable
{
    public MatrixFormula(Frame frame, Expr body, Direction numbers)
    {
        (Frame, Body, Numbers) = (frame, body, numbers);
        Scalar = body.Dot(new Variable("u", body.Shape));
        Variables = [.. PostOrder<Expr>.Of(Scalar).Nodes.OfType<Variable>()];
        Point = [.. Variables.SelectMany((variable, i) => numbers.Matrix(variable.Shape, i, frame).Entries)];
    }

    /// <summary>What its matrices live in.</summary>
    public Frame Frame { get; }

    /// <summary>The expression.</summary>
    public Expr Body { get; }

    /// <summary>Where its variables' values are taken from.</summary>
    public Direction Numbers { get; }

    /// <summary>⟨u, body⟩, where the variable u weighs each entry.</summary>
    public Expr Scalar { get; }

    /// <summary>The variables of <see cref="Scalar"/>.</summary>
    public ImmutableArray<Variable> Variables { get; }

    /// <summary>The variables' entries, one after another.</summary>
    public ImmutableArray<double> Point { get; }

    public T At<T>(ImmutableArray<T> x) where T : IEvaluated<T> => Scalar.Evaluate(Bind(x))[0, 0];

    /// <summary>The variables bound to entries.</summary>
    public Environment<T> Bind<T>(ImmutableArray<T> entries) where T : IEvaluated<T> => Frame.Bind(Split(Variables, entries));

    /// <summary>Variables with their matrices, out of entries one after another.</summary>
    public IEnumerable<(Variable Variable, Matrix<T> Value)> Split<T>(ImmutableArray<Variable> variables, ImmutableArray<T> entries)
    {
        var start = 0;
        foreach (var variable in variables)
        {
            var (rows, columns) = (variable.Shape.Rows.In(Frame.Packing), variable.Shape.Columns);
            yield return (variable, new(rows, columns, entries.Slice(start, rows * columns)));
            start += rows * columns;
        }
    }

    /// <summary>The same with another body, frame or numbers.</summary>
    public MatrixFormula With(Frame? frame = null, Expr? body = null, Direction? numbers = null) =>
        new(frame ?? Frame, body ?? Body, numbers ?? Numbers);

    public override string ToString() => string.Concat(
        $"\n{Writer.Print(Body)}  {Frame}",
        string.Concat(Split(Variables, Point).Select(pair =>
            FormattableString.Invariant($"\n  {pair.Variable.Name} = {string.Join(" ", pair.Value.Entries)}"))));
}

/// <summary>A step that an expression may grow by: an operation of the catalogue, or several that belong together.</summary>
public sealed record Move(int Arity, Func<ImmutableArray<Shape>, bool> Fits, Func<ImmutableArray<Expr>, Expr> Apply);

/// <summary>Expressions over matrices, of everything in the catalogue.</summary>
public static class MatrixFormulas
{
    /// <summary>Of every move there is.</summary>
    public static Arbitrary<MatrixFormula> Any { get; } = Of(Moves);

    /// <summary>Of these moves.</summary>
    public static Arbitrary<MatrixFormula> Of(Func<Frame, ImmutableArray<Move>> moves) => Arb.From(
        from frame in Frames.Any.Generator
        from numbers in Directions.Any.Generator
        from count in Gen.Choose(3, 12)
        from draws in Gen.Choose(0, 1 << 20).ArrayOf(2 * count)
        select Grown(frame, numbers, moves(frame), draws),
        Simpler);

    /// <summary>
    /// The operations one by one, but for the two that make sense only within a softmax, the largest of groups and the mask of -∞;
    /// and softmax.
    /// </summary>
    public static ImmutableArray<Move> Moves(Frame frame) =>
    [
        .. from entry in Catalogue.Linear(frame).Concat(Catalogue.EntryByEntry).Concat(Catalogue.Fused(frame)).Concat(Catalogue.OfManyArguments)
           select Move(entry, frame),
        new(1, _ => true, arguments => arguments[0].Softmax(1)),
        new(1, shapes => shapes[0] == new Shape(Extent.Positions, frame.Heads.Columns),
            arguments => arguments[0].Mask(frame.Heads, double.NegativeInfinity).Softmax(frame.Heads.Count)),
    ];

    /// <summary>An operation by itself.</summary>
    public static Move Move(Entry entry, Frame frame) =>
        new(entry.Arity, shapes => entry.Operation.Fits(shapes, frame), arguments => new Application(entry.Operation, arguments));

    // Each step applies a move that fits to what there is, the newest if it fits that, unless numbers leave the domain.
    private static MatrixFormula Grown(Frame frame, Direction numbers, ImmutableArray<Move> moves, int[] draws)
    {
        ImmutableArray<Expr> nodes = [.. Leaves(frame).Where(leaf => leaf.Shape.Rows != Extent.Past || frame.Past > 0)];
        foreach (var draw in draws.Chunk(2))
        {
            var move = moves[draw[0] % moves.Length];
            var fitting = Catalogue.Fitting(nodes, node => node.Shape, move.Arity, move.Fits).ToArray();
            var newest = fitting.Where(arguments => arguments.Contains(nodes[^1])).ToArray();
            if ((newest.Length > 0 ? newest : fitting) is not { Length: > 0 } choices) continue;
            var grown = move.Apply(choices[draw[1] % choices.Length]);
            if (IsTame(new(frame, grown, numbers))) nodes = nodes.Add(grown);
        }
        return new(frame, nodes[^1], numbers);
    }

    private static ImmutableArray<Expr> Leaves(Frame frame) =>
    [
        new Variable("past", new(Extent.Past, frame.Width)),
        new Variable("rates", new(Extent.Documents, frame.Vocabulary)),
        new Variable("weights", new(Extent.Positions, frame.Heads.Columns)),
        new Variable("table", new(frame.Vocabulary, frame.Width)),
        new Variable("square", new(frame.Width, frame.Width)),
        new Variable("context", new(frame.Seen, frame.Width)),
        new Variable("rows", new(Extent.Positions, frame.Width)),
    ];

    // The value is gentle, and nothing on the way to it out of reach, as e⁻⁷⁰⁰ would be even if a logarithm follows. A mask makes -∞.
    private static bool IsTame(MatrixFormula m)
    {
        var environment = m.Bind([.. m.Point.Select(x => new Amplified(x, 1))]);
        var values = Evaluation.Evaluate([m.Body, .. PostOrder<Expr>.Of(WrittenOut(m.Body)).Nodes], environment);
        return values[0].Entries.All(Domain.Gentle.Contains)
            && values.All(value => value.Entries.All(x => Domain.Wild.Contains(x) || double.IsNegativeInfinity(x.Plain)));
    }

    // With the formulas that fused operations stand for: what is on the way within them may be out of reach too.
    private static Expr WrittenOut(Expr body) => Rewriting.Rewrite(
        [body], variable => variable, constant => constant, node => node.Operation is Fused formula ? formula.Definition(node.Arguments) : node)[0];

    /// <summary>Parts of the expression first, then fewer documents, then simpler numbers.</summary>
    private static IEnumerable<MatrixFormula> Simpler(MatrixFormula m) =>
        PostOrder<Expr>.Of(m.Body).Nodes.SkipLast(1).Select(part => m.With(body: part))
            .Concat(Frames.Any.Shrinker(m.Frame).Where(frame => frame.Past == m.Frame.Past).Select(frame => m.With(frame: frame)))
            .Concat(m.Numbers == Direction.Ones ? [] : [m.With(numbers: Direction.Ones)])
            .Where(IsTame);
}
