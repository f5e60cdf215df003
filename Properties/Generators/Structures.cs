using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>An operation on matrices, and the number of its arguments.</summary>
public sealed record CatalogueEntry(Operation Operation, int Arity)
{
    /// <summary>The operation applied to variables of these shapes.</summary>
    public Application Of(ImmutableArray<Shape> shapes) =>
        new(Operation, [.. shapes.Select((shape, k) => new Variable($"x{k}", shape))]);
}

/// <summary>x₀·x₁ + x₂·x₃ + …, entry by entry; the last of an odd number of arguments is added alone. It has no kernel.</summary>
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

/// <summary>A family of two results: x + y and x·y. It has no kernel.</summary>
public sealed record SumAndProduct : FusedFamily
{
    public override string Name => Result == 0 ? "both-sum" : "both-product";

    public override Shape? Infer(ImmutableArray<Shape> arguments) => arguments is [var x, var y] && x == y ? x : null;

    public override ImmutableArray<Expr> Definitions(ImmutableArray<Expr> x) => [x[0] + x[1], x[0] * x[1]];

    /// <summary>(x + y)·(x·y), by both results.</summary>
    public static Expr Both(Expr x, Expr y) =>
        new Application(new SumAndProduct(), x, y) * new Application(new SumAndProduct { Result = 1 }, x, y);
}

/// <summary>The catalogue of all operations on matrices.</summary>
public static class Catalogue
{
    /// <summary>Operations that are linear in each argument, with each value of their attributes that is valid in a batch.</summary>
    public static ImmutableArray<CatalogueEntry> Linear(BatchCase batch) =>
    [
        new(new TimesTranspose(), 2), new(new Times(), 2), new(new TransposeTimes(), 2),
        new(new Scores(batch.Heads), 2), new(new Mix(batch.Heads), 2), new(new Spread(batch.Heads, batch.Seen), 2),
        new(new Mask(batch.Heads, 0), 1), new(new Rotate(batch.Heads), 1), new(new Rotate(batch.Heads, Back: true), 1),
        .. from groups in new[] { 1, batch.Heads.Count, batch.Width }.Distinct() select new CatalogueEntry(new SumGroups(groups), 1),
        .. from size in new[] { 1, batch.HeadSize, batch.Heads.BlockSize }.Distinct() select new CatalogueEntry(new RepeatGroups(size), 1),
        new(new Gather(BatchCase.Tokens), 1), new(new ScatterAdd(BatchCase.Tokens, batch.Vocabulary), 1),
        new(new Pick(BatchCase.Tokens), 1), new(new Place(BatchCase.Tokens, batch.Vocabulary), 1),
        new(new Copy(), 1), new(new SumRows(), 1),
        .. from rows in (Extent[])[batch.Vocabulary, Extent.Documents, Extent.Positions] select new CatalogueEntry(new RepeatRows(rows), 1),
        new(new MeanRows(), 1), new(new ShareRows(Extent.Documents), 1), new(new ShareRows(Extent.Positions), 1),
    ];

    /// <summary>The operations of the scalar table, applied entry by entry.</summary>
    public static ImmutableArray<CatalogueEntry> EntryByEntry { get; } =
    [
        new(new Pairwise<Add>(default), 2), new(new Pairwise<Mul>(default), 2), new(new Pairwise<Quotient>(default), 2),
        new(new Pointwise<Pow>(new(-0.5)), 1), new(new Pointwise<Pow>(new(2)), 1), new(new Pointwise<Log>(default), 1),
        new(new Pointwise<Exp>(default), 1), new(new Pointwise<Relu>(default), 1), new(new Pointwise<Step>(default), 1),
        new(new Pointwise<Reciprocal>(default), 1), new(new Pointwise<Sigmoid>(default), 1), new(new Pointwise<Tanh>(default), 1),
        new(new Pointwise<Softplus>(default), 1), new(new Pointwise<IsZero>(default), 1), new(new Pairwise<Power>(default), 2),
    ];

    /// <summary>Fused operations: each stands for a formula.</summary>
    public static ImmutableArray<CatalogueEntry> Fused(BatchCase batch) =>
    [
        new(new ReluPullback(), 2), new(new RmsNorm(), 1), new(new RmsNormPullback(), 2),
        new(new Gelu(), 1), new(new GeluPullback(), 2), new(new Center(), 1),
        new(new AttentionWeights(batch.Heads, batch.Seen), 2),
        new(new CrossEntropy(BatchCase.Tokens), 1), new(new CrossEntropyPullback(BatchCase.Tokens), 2),
        new(new Append(BatchCase.Tokens), 2),
        .. from groups in new[] { 1, batch.Heads.Count }.Distinct()
           from entry in (CatalogueEntry[])[new(new Softmax(groups), 1), new(new SoftmaxPullback(groups, 0.7), 2)]
           select entry,
    ];

    /// <summary>Families of several results.</summary>
    public static ImmutableArray<CatalogueEntry> Families { get; } =
    [
        .. from result in Enumerable.Range(0, 4) select new CatalogueEntry(new AdamUpdate(0.75, 0.875, 0.5) { Result = result }, 7),
        new(new SumAndProduct(), 2), new(new SumAndProduct { Result = 1 }, 2),
    ];

    /// <summary>Each result of attention by tiles, and of its pullback. It reads no cache.</summary>
    public static ImmutableArray<CatalogueEntry> TiledAttention(BatchCase batch) => batch.Position > 0 ? [] :
    [
        .. from result in Enumerable.Range(0, 2) select new CatalogueEntry(new Attention(batch.Heads) { Result = result }, 3),
        .. from result in Enumerable.Range(0, 3) select new CatalogueEntry(new AttentionPullback(batch.Heads) { Result = result }, 6),
    ];

    /// <summary>Operations of three and four arguments. Most of Core's have at most two.</summary>
    public static ImmutableArray<CatalogueEntry> OfManyArguments { get; } = [new(new SumOfProducts(3), 3), new(new SumOfProducts(4), 4)];

    /// <summary>All operations of the catalogue.</summary>
    public static ImmutableArray<CatalogueEntry> All(BatchCase batch) =>
    [
        .. Linear(batch), .. EntryByEntry, .. Fused(batch), .. Families, .. TiledAttention(batch), .. OfManyArguments,
        new(new Mask(batch.Heads, double.NegativeInfinity), 1),
        .. from groups in new[] { 1, batch.Heads.Count }.Distinct() select new CatalogueEntry(new LargestOfGroups(groups), 1),
    ];

    /// <summary>
    /// All tuples of one or two items. Of three or more, only those with at most two different items: the number of all is too large.
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
        return Tuples([.. ofShape.Select(group => group.Key)], arity).Where(fits)
            .SelectMany(shapes => Product(shapes.Select(x => ofShape[x])));
    }

    // The tuples with one item of each set.
    private static IEnumerable<ImmutableArray<T>> Product<T>(IEnumerable<IEnumerable<T>> sets) => sets.Aggregate(
        Enumerable.Repeat(ImmutableArray<T>.Empty, 1), (tuples, set) => tuples.SelectMany(tuple => set.Select(tuple.Add)));

    /// <summary>
    /// True for operations of which a derivative relates functions that are free symbols modulo a prime (<see cref="Modular"/>): powers
    /// that are not whole, as x^-1.5 = (x^-0.5)³; powers of two variables, as xʸ/x = xʸ⁻¹; and exp with log, as the pullback of fused
    /// attention does. Arithmetic modulo a prime does not cover them.
    /// </summary>
    public static bool RelatesSymbols(Operation operation) =>
        operation is RmsNorm or RmsNormPullback or Attention or AttentionPullback or Pairwise<Power>;

    /// <summary>True if an operation accepts shapes, and its tables have a row or column for each token of the batch.</summary>
    public static bool Fits(this Operation operation, ImmutableArray<Shape> shapes, BatchCase batch) =>
        operation.Infer(shapes) is not null && operation switch
        {
            Gather or Append => shapes[0].Rows.IfFixed >= batch.Vocabulary,
            Pick or CrossEntropy or CrossEntropyPullback => shapes[0].Columns >= batch.Vocabulary,
            AttentionWeights(_, var rows) => shapes[1].Rows == rows && batch.ReachesKeys(rows),
            Attention or AttentionPullback => batch.Position == 0,
            Scores or Mix => batch.ReachesKeys(shapes[1].Rows),
            Spread(_, var rows) => batch.ReachesKeys(rows),
            _ => true,
        };
}

/// <summary>An operation on matrices of shapes that fit it.</summary>
public abstract record Structure(BatchCase Batch, CatalogueEntry Entry, ImmutableArray<Shape> Shapes)
{
    public sealed override string ToString() => $"\n  {Entry.Operation.Name} of {string.Join(" and ", Shapes)}\n  {Batch}";
}

/// <summary>An operation that is linear in each argument, on matrices of shapes that fit it.</summary>
public sealed record LinearStructure(BatchCase Batch, CatalogueEntry Entry, ImmutableArray<Shape> Shapes) : Structure(Batch, Entry, Shapes);

/// <summary>Any operation of the catalogue, on matrices of shapes that fit it.</summary>
public sealed record AnyStructure(BatchCase Batch, CatalogueEntry Entry, ImmutableArray<Shape> Shapes) : Structure(Batch, Entry, Shapes);

/// <summary>Generators of operations with shapes that fit them.</summary>
public static class Structures
{
    /// <summary>Operations that are linear in each argument.</summary>
    public static Arbitrary<LinearStructure> Linear { get; } =
        Of(Catalogue.Linear, (batch, entry, shapes) => new LinearStructure(batch, entry, shapes));

    /// <summary>All operations.</summary>
    public static Arbitrary<AnyStructure> Any { get; } =
        Of(Catalogue.All, (batch, entry, shapes) => new AnyStructure(batch, entry, shapes));

    /// <summary>Any entry of a catalogue, on any shapes of a batch that fit it.</summary>
    public static Arbitrary<T> Of<T>(
        Func<BatchCase, ImmutableArray<CatalogueEntry>> catalogue, Func<BatchCase, CatalogueEntry, ImmutableArray<Shape>, T> structure)
        where T : Structure => Arb.From(
        from batch in BatchCases.Any.Generator
        let entries = catalogue(batch)
        where entries.Length > 0
        from entry in Gen.Elements(entries.AsEnumerable())
        let fitting = Catalogue.Fitting(batch.Shapes, shape => shape, entry.Arity, shapes => entry.Operation.Fits(shapes, batch))
        from shapes in Gen.Elements(fitting)
        select structure(batch, entry, shapes),
        s =>
            from batch in BatchCases.Any.Shrinker(s.Batch)
            where s.Entry.Operation.Fits(s.Shapes, batch)
            select structure(batch, s.Entry, s.Shapes));
}
