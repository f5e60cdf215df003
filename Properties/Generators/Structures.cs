using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>An operation on matrices and how many it takes.</summary>
public sealed record Entry(Operation Operation, int Arity)
{
    /// <summary>The operation applied to variables of these shapes.</summary>
    public Application Of(ImmutableArray<Shape> shapes) =>
        new(Operation, [.. shapes.Select((shape, k) => new Variable($"x{k}", shape))]);
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

    /// <summary>All of them.</summary>
    public static ImmutableArray<Entry> All(Frame frame) =>
    [
        .. Linear(frame), .. EntryByEntry, .. Fused(frame), new(new Mask(frame.Heads, double.NegativeInfinity), 1),
        .. from groups in new[] { 1, frame.Heads.Count }.Distinct() select new Entry(new LargestOfGroups(groups), 1),
    ];

    /// <summary>All choices of one or of two items.</summary>
    public static IEnumerable<ImmutableArray<T>> Tuples<T>(ImmutableArray<T> items, int arity) => arity == 1
        ? items.Select(x => ImmutableArray.Create(x))
        : items.SelectMany(x => items.Select(y => ImmutableArray.Create(x, y)));

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
        from shapes in Gen.Elements(Catalogue.Tuples(frame.Shapes, entry.Arity).Where(shapes => entry.Operation.Fits(shapes, frame)))
        select structure(frame, entry, shapes),
        s =>
            from frame in Frames.Any.Shrinker(s.Frame)
            where s.Entry.Operation.Fits(s.Shapes, frame)
            select structure(frame, s.Entry, s.Shapes));
}
