using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>An operation on matrices and how many it takes.</summary>
public sealed record Entry(Operation Operation, int Arity)
{
    /// <summary>The operation applied to variables of these shapes.</summary>
    public Application Of(ImmutableArray<Shape> shapes) =>
        new(Operation, [.. shapes.Select((shape, k) => new Variable($"x{k}", shape))]);
}

/// <summary>x₀·x₁ + x₂·x₃ + …, entry by entry; the last argument of an odd number stands alone. It has no kernel of its own.</summary>
public sealed record SumOfProducts(int Arity) : Operation
{
    public override string Name => $"sum-of-products({Arity})";

    public override Shape? Infer(ImmutableArray<Shape> arguments) =>
        arguments.Length == Arity && arguments.Distinct().Count() == 1 ? arguments[0] : null;

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) => Matrix<T>.Of(
        arguments[0].Rows, arguments[0].Columns,
        (i, j) => Sum.Of(arguments.Chunk(2).Select(pair => pair is [var x, var y] ? x[i, j] * y[i, j] : pair[0][i, j])));

    public override Expr Pullback(Application result, int k, Expr cotangent) =>
        (k ^ 1) < Arity ? result.Arguments[k ^ 1] * cotangent : cotangent;

    public override Expr Pushforward(Application result, int k, Expr tangent) => Pullback(result, k, tangent);
}

/// <summary>The operations on matrices there are.</summary>
public static class Catalogue
{
    /// <summary>Those that are linear in each argument, with every parameter that means something in a frame.</summary>
    public static ImmutableArray<Entry> Linear(Frame frame) =>
    [
        new(new TimesTranspose(), 2), new(new Times(), 2), new(new TransposeTimes(), 2),
        new(new Scores(frame.Heads), 2), new(new Mix(frame.Heads), 2), new(new Spread(frame.Heads, frame.Seen), 2),
        new(new Mask(frame.Heads, 0), 1),
        .. from groups in new[] { 1, frame.Heads.Count, frame.Width }.Distinct() select new Entry(new SumGroups(groups), 1),
        .. from size in new[] { 1, frame.HeadSize, frame.Heads.BlockSize }.Distinct() select new Entry(new RepeatGroups(size), 1),
        new(new Gather(Frame.Tokens), 1), new(new ScatterAdd(Frame.Tokens, frame.Vocabulary), 1),
        new(new Pick(Frame.Tokens), 1), new(new Place(Frame.Tokens, frame.Vocabulary), 1),
        new(new MeanRows(), 1), new(new ShareRows(Extent.Documents), 1), new(new ShareRows(Extent.Positions), 1),
        new(new IntoContext(Extent.Past), 1), new(new IntoContext(Extent.Positions), 1),
        new(new OutOfContext(Extent.Past), 1), new(new OutOfContext(Extent.Positions), 1),
    ];

    /// <summary>The table of operations, entry by entry.</summary>
    public static ImmutableArray<Entry> EntryByEntry { get; } =
    [
        new(new Pairwise<Add>(default), 2), new(new Pairwise<Mul>(default), 2),
        new(new Pointwise<Pow>(new(-0.5)), 1), new(new Pointwise<Pow>(new(2)), 1), new(new Pointwise<Log>(default), 1),
        new(new Pointwise<Exp>(default), 1), new(new Pointwise<Relu>(default), 1), new(new Pointwise<Step>(default), 1),
        new(new Pointwise<Reciprocal>(default), 1),
    ];

    /// <summary>Those that stand for a formula.</summary>
    public static ImmutableArray<Entry> Fused(Frame frame) =>
    [
        new(new ReluPullback(), 2), new(new RmsNorm(), 1), new(new RmsNormPullback(), 2), new(new AttentionWeights(frame.Heads, frame.Seen), 2),
        new(new CrossEntropy(Frame.Tokens), 1), new(new CrossEntropyPullback(Frame.Tokens), 2), new(new Append(), 2),
        .. from groups in new[] { 1, frame.Heads.Count }.Distinct()
           from entry in (Entry[])[new(new Softmax(groups), 1), new(new SoftmaxPullback(groups, 0.7), 2)]
           select entry,
    ];

    /// <summary>Operations of more arguments than any of Core's has.</summary>
    public static ImmutableArray<Entry> OfManyArguments { get; } = [new(new SumOfProducts(3), 3), new(new SumOfProducts(4), 4)];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Entry> All(Frame frame) =>
    [
        .. Linear(frame), .. EntryByEntry, .. Fused(frame), .. OfManyArguments, new(new Mask(frame.Heads, double.NegativeInfinity), 1),
        .. from groups in new[] { 1, frame.Heads.Count }.Distinct() select new Entry(new LargestOfGroups(groups), 1),
    ];

    /// <summary>
    /// All choices of one item or of two; of more, those with at most two different items: all of them would be too many.
    /// </summary>
    public static IEnumerable<ImmutableArray<T>> Tuples<T>(ImmutableArray<T> items, int arity) => arity <= 2
        ? Product(Enumerable.Repeat(items.AsEnumerable(), arity))
        : items.SelectMany((x, i) => items.Skip(i).SelectMany(y =>
            Product(Enumerable.Repeat(new[] { x, y }.Distinct(), arity)).Where(tuple => tuple.Contains(x) && tuple.Contains(y))));

    /// <summary>The tuples of items whose shapes fit.</summary>
    public static IEnumerable<ImmutableArray<T>> Fitting<T>(
        ImmutableArray<T> items, Func<T, Shape> shape, int arity, Func<ImmutableArray<Shape>, bool> fits)
    {
        var ofShape = items.ToLookup(shape);
        return Tuples([.. ofShape.Select(group => group.Key)], arity).Where(fits).SelectMany(shapes => Product(shapes.Select(x => ofShape[x])));
    }

    // The tuples with one item of each set.
    private static IEnumerable<ImmutableArray<T>> Product<T>(IEnumerable<IEnumerable<T>> sets) => sets.Aggregate(
        Enumerable.Repeat(ImmutableArray<T>.Empty, 1), (tuples, set) => tuples.SelectMany(tuple => set.Select(tuple.Add)));

    /// <summary>Whether an operation fits shapes in a frame: its own opinion, and that tokens and past find what they look up.</summary>
    public static bool Fits(this Operation operation, ImmutableArray<Shape> shapes, Frame frame) =>
        operation.Infer(shapes) is not null && operation switch
        {
            Gather => shapes[0].Rows.IfFixed >= frame.Vocabulary,
            Pick or CrossEntropy or CrossEntropyPullback => shapes[0].Columns >= frame.Vocabulary,
            AttentionWeights => shapes[1].Rows == frame.Seen,
            Scores or Mix => frame.Past == 0 || shapes[1].Rows == Extent.Context,
            _ => true,
        };
}

/// <summary>An operation on matrices of shapes that fit it.</summary>
public abstract record Structure(Frame Frame, Entry Entry, ImmutableArray<Shape> Shapes)
{
    public sealed override string ToString() => $"\n  {Entry.Operation.Name} of {string.Join(" and ", Shapes)}\n  {Frame}";
}

/// <summary>One that is linear in each argument.</summary>
public sealed record LinearStructure(Frame Frame, Entry Entry, ImmutableArray<Shape> Shapes) : Structure(Frame, Entry, Shapes);

/// <summary>Any one.</summary>
public sealed record AnyStructure(Frame Frame, Entry Entry, ImmutableArray<Shape> Shapes) : Structure(Frame, Entry, Shapes);

/// <summary>Operations and shapes.</summary>
public static class Structures
{
    /// <summary>Those linear in each argument.</summary>
    public static Arbitrary<LinearStructure> Linear { get; } =
        Of(Catalogue.Linear, (frame, entry, shapes) => new LinearStructure(frame, entry, shapes));

    /// <summary>All.</summary>
    public static Arbitrary<AnyStructure> Any { get; } =
        Of(Catalogue.All, (frame, entry, shapes) => new AnyStructure(frame, entry, shapes));

    /// <summary>Any entry of a catalogue, on any shapes of a frame that fit it.</summary>
    public static Arbitrary<T> Of<T>(
        Func<Frame, ImmutableArray<Entry>> catalogue, Func<Frame, Entry, ImmutableArray<Shape>, T> structure)
        where T : Structure => Arb.From(
        from frame in Frames.Any.Generator
        from entry in Gen.Elements(catalogue(frame).AsEnumerable())
        from shapes in Gen.Elements(Catalogue.Fitting(frame.Shapes, shape => shape, entry.Arity, shapes => entry.Operation.Fits(shapes, frame)))
        select structure(frame, entry, shapes),
        s =>
            from frame in Frames.Any.Shrinker(s.Frame)
            where s.Entry.Operation.Fits(s.Shapes, frame)
            select structure(frame, s.Entry, s.Shapes));
}
