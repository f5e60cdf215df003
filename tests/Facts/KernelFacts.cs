using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>
/// Each kernel agrees with the definition of its operation in plain loops: for 1 to 40 rows and columns, and where entries are infinite or
/// NaN.
/// </summary>
[Trait("Speed", "Slow")]
public class KernelFacts
{
    private const int Most = 40;
    private const int Stride = 8; // each number of columns is tried with every eighth number of rows

    private static readonly Indices Index = new("index");

    /// <summary>Expressions of one operation each, by name: functions of a number of columns.</summary>
    internal static readonly ImmutableDictionary<string, Func<int, Expr>> Operations = new Dictionary<string, Func<int, Expr>>
    {
        ["add"] = c => X(c) + Y(c),
        ["mul"] = c => X(c) * Y(c),
        ["quotient"] = c => X(c).Over(Y(c)),
        ["relu"] = c => X(c).Relu(),
        ["step"] = c => X(c).Step(),
        ["pow"] = c => (X(c) * X(c)).Pow(1.5),
        ["exp"] = c => X(c).Exp(),
        ["sigmoid"] = c => X(c).Sigmoid(),
        ["tanh"] = c => X(c).Tanh(),
        ["softplus"] = c => X(c).Softplus(),
        ["iszero"] = c => X(c).IsZero(),
        ["power"] = c => X(c).Pow(Y(c)),
        ["x·wᵀ"] = c => X(c).TimesTranspose(Table(Other(c), c)),
        ["x·w"] = c => X(c).Times(Table(c, Other(c))),
        ["xᵀ·y"] = c => X(c).TransposeTimes(new Variable("other", new(Extent.Positions, Other(c)))),
        ["sum of all"] = c => X(c).SumGroups(1),
        ["sum of each"] = c => X(c).SumGroups(c),
        ["sum of groups"] = c => X(3 * c).SumGroups(c),
        ["largest of groups"] = c => X(3 * c).LargestOfGroups(c),
        ["repeat"] = c => X(c).RepeatGroups(3),
        ["sum of rows"] = c => X(c).SumRows(),
        ["repeat rows"] = c => Table(1, c).RepeatRows(Extent.Positions),
        ["gather"] = c => Table(Most, c).Gather(Index),
        ["scatter-add"] = c => X(c).ScatterAdd(Index, Most),
        ["pick"] = c => X(c + Most).Pick(Index),
        ["place"] = c => X(1).Place(Index, c + Most),
        ["mean of documents"] = c => X(c).MeanRows(),
        ["mean of means"] = c => X(c).MeanRows().MeanRows(),
        ["share with positions"] = c => new Variable("x", new(Extent.Documents, c)).ShareRows(Extent.Positions),
        ["share with documents"] = c => Table(1, c).ShareRows(Extent.Documents),
        ["append"] = c => new Application(new Append(Index), Table(Most, c), X(c)),
        ["relu-pullback"] = c => new Application(new ReluPullback(), X(c), Y(c)),
        ["gelu"] = c => new Application(new Gelu(), X(c)),
        ["gelu-pullback"] = c => new Application(new GeluPullback(), X(c), Y(c)),
        ["center"] = c => new Application(new Center(), X(c)),
        ["rmsnorm"] = c => new Application(new RmsNorm(), X(c)),
        ["rmsnorm-pullback"] = c => new Application(new RmsNormPullback(), X(c), Y(c)),
        ["softmax"] = c => new Application(new Softmax(1), X(c)),
        ["softmax of groups"] = c => new Application(new Softmax(3), X(3 * c)),
        ["softmax-pullback"] = c => new Application(new SoftmaxPullback(1, 0.7), X(c), Y(c)),
        ["softmax-pullback of groups"] = c => new Application(new SoftmaxPullback(3, 0.7), X(3 * c), Y(3 * c)),
        ["cross-entropy"] = c => new Application(new CrossEntropy(Index), X(c + Most)),
        ["cross-entropy-pullback"] = c => new Application(new CrossEntropyPullback(Index), X(c + Most), X(1)),
        ["adam"] = c => Update(c, 0),
        ["adam: mean"] = c => Update(c, 1),
        ["adam: mean of squares"] = c => Update(c, 2),
        ["adam: norm"] = c => Update(c, 3),
        ["scores"] = c => X(3 * c).Scores(Y(3 * c), Three),
        ["attention-weights"] = c => new Application(new AttentionWeights(Three, Extent.Positions), X(3 * c), Y(3 * c)),
        ["mix"] = c => Weights(Three).Mix(X(3 * c), Three),
        ["spread"] = c => Weights(Three).Spread(X(3 * c), Three, Extent.Positions),
        ["scores of whole vectors"] = c => X(Narrow(c)).Scores(Y(Narrow(c)), Four),
        ["mix of narrow heads"] = c => Weights(Four).Mix(X(Narrow(c)), Four),
        ["spread of narrow heads"] = c => Weights(Four).Spread(X(Narrow(c)), Four, Extent.Positions),
        ["tiled attention"] = c => Tiled(3 * c),
        ["tiled attention: log-sum-exp"] = c => Tiled(3 * c, Attention.LogSumExp),
        ["tiled attention-pullback"] = c => TiledPullback(3 * c, 0),
        ["tiled attention-pullback: keys"] = c => TiledPullback(3 * c, 1),
        ["tiled attention-pullback: values"] = c => TiledPullback(3 * c, 2),
        ["scores of a cache"] = c => X(3 * c).Scores(Cache(3 * c), Three),
        ["attention-weights of a cache"] = c => new Application(new AttentionWeights(Three, Most), X(3 * c), Cache(3 * c)),
        ["mix of a cache"] = c => Weights(Three).Mix(Cache(3 * c), Three),
        ["spread to a cache"] = c => Weights(Three).Spread(X(3 * c), Three, Most),
        ["rotate"] = c => X(6 * c).Rotate(Three),
        ["rotate back"] = c => new Application(new Rotate(Three, Back: true), X(6 * c)),
        ["mask"] = _ => Weights(Three).Mask(Three, 0),
    }.ToImmutableDictionary();

    public static TheoryData<string> Names => [.. Operations.Keys.Order(StringComparer.Ordinal)];

    private static Heads Three => new(3, Most);

    // Blocks of whole vectors, in both precisions.
    private static Heads Four => new(4, 48);

    // The columns of four heads of 4, 8 or 12 columns: a quarter of a vector, a half, and three quarters.
    private static int Narrow(int columns) => 16 + 16 * (columns / 8 % 3);

    // The mean of squares is that of a gradient x, so that it is infinite only where the mean is.
    private static Expr Update(int columns, int result)
    {
        var x = X(columns);
        return new Application(
            new AdamUpdate(0.85, 0.99, 1e-8) { Result = result }, Y(columns), Y(columns), x, x * x,
            Expr.Constant(0.01), Expr.Constant(0.25), Expr.Constant(0.125));
    }

    private static Expr Tiled(int columns, int result = 0) => new Application(
        new Attention(Three) { Result = result }, X(columns), Y(columns), new Variable("v", new(Extent.Positions, columns)));

    private static Expr TiledPullback(int columns, int result)
    {
        var (y, logSumExp) = ((Application)Tiled(columns), Tiled(columns, Attention.LogSumExp));
        return new Application(new AttentionPullback(Three) { Result = result }, [.. y.Arguments, y, logSumExp, X(columns) * Y(columns)]);
    }

    private static Expr Weights(Heads heads) => new Variable("weights", new(Extent.Positions, heads.Columns));

    // 1e-12 and 2e-5 are some 4,500 and 170 units in the last place of the largest number: of the inputs, which is 2, or of the results.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_kernel_agrees_with_the_definition_of_its_operation(string operation)
    {
        for (var columns = 1; columns <= Most; columns++)
        {
            Agrees<double>(operation, columns, 1e-12);
            Agrees<float>(operation, columns, 2e-5);
        }
    }

    // Some kernels compute four rows together. The rows of a document are those of a batch, in which they are at other places. Sums of
    // their entries are rounded, so that each order has its own bits.
    [Theory]
    [InlineData("rmsnorm"), InlineData("rmsnorm-pullback"), InlineData("cross-entropy-pullback"), InlineData("softmax-pullback")]
    [InlineData("scores of whole vectors"), InlineData("mix of narrow heads"), InlineData("spread of narrow heads")]
    public void A_document_has_the_same_bits_in_a_batch_and_alone(string operation)
    {
        foreach (var columns in (int[])[4, 8, 16, 27, 33])
        {
            IsTheSameAlone<double>(Operations[operation](columns));
            IsTheSameAlone<float>(Operations[operation](columns));
        }
    }

    private static void IsTheSameAlone<T>(Expr expression) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ImmutableArray<int> lengths = [1, 6, 3, 9, 5, 16];
        var compiled = CompiledEvaluation.Compile<T>([expression], lengths.Length, lengths.Sum());
        var batch = compiled(Bound(expression, Packing.Of([.. lengths]), poisoned: false, unit: 1 / 63.0))[0];
        for (var (document, start) = (0, 0); document < lengths.Length; start += lengths[document++])
        {
            var alone = compiled(Bound(expression, Packing.Of(lengths[document]), poisoned: false, start, unit: 1 / 63.0))[0];
            for (var i = 0; i < alone.Entries.Length; i++)
                Assert.Equal(batch.Entries[start * alone.Columns + i].Plain, alone.Entries[i].Plain);
        }
    }

    // Expressions of a cache are evaluated at one row, which sees the cache up to the position of the row. In attention by tiles, the
    // poison of a row that is not seen may make NaN of a number, and the logarithm of a sum of 0 is -∞.
    private static void Agrees<T>(string operation, int columns, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (expression, isCached, isTiled) = (Operations[operation](columns), operation.EndsWith("cache"), operation.StartsWith("tiled"));
        var compiled = CompiledEvaluation.Compile<T>([expression], documents: 3, positions: Most);
        for (var rows = 1 + columns % Stride; rows <= Most; rows += Stride)
        {
            AgreesOn(rows, poisoned: false);
            AgreesOn(rows, poisoned: true);
        }

        void AgreesOn(int rows, bool poisoned)
        {
            var environment = Bound(expression, isCached ? Packing.At(rows - 1) : PackingOf(rows), poisoned);
            var (expected, found) = (expression.Evaluate(environment).Entries, compiled(environment)[0].Entries);
            var bound = expected.Select(x => Math.Abs(x.Plain)).Where(double.IsFinite).Append(2).Max() * tolerance;
            for (var i = 0; i < expected.Length; i++)
            {
                var (e, f) = (expected[i].Plain, found[i].Plain);
                var (row, column) = (i / expression.Shape.Columns, i % expression.Shape.Columns);
                var isSpread = poisoned && isTiled && (double.IsNaN(f) || double.IsInfinity(f) && !double.IsFinite(e));
                Assert.True(isSpread || (double.IsFinite(e) ? Math.Abs(e - f) <= bound : e.Equals(f)),
                    $"{typeof(T).Name}, {rows} rows: {expression.Shape}[{row}, {column}] is {f}, not {e}");
            }
        }
    }

    // One document, or three for an odd number of at least five rows.
    private static Packing PackingOf(int rows) =>
        rows % 2 == 0 || rows < 5 ? Packing.Of(rows) : Packing.Of(1, rows / 2, rows - rows / 2 - 1);

    // Entries between -2 and 2 that are exact in single precision. With poison, some are infinite and some are NaN.
    private static Environment<Real> Bound(Expr expression, Packing packing, bool poisoned, int firstRow = 0, double unit = 1 / 64.0)
    {
        var indices = Enumerable.Range(firstRow, packing.Positions).Select(i => i * 7 % Most).ToImmutableArray();
        var environment = Environment<Real>.Of(Inputs.Of(packing).With(Index, indices));
        foreach (var (variable, k) in PostOrder<Expr>.Of(expression).Nodes.OfType<Variable>().Select((variable, k) => (variable, k)))
        {
            environment = environment.With(variable, Matrix<Real>.Of(variable.Shape.Rows.In(packing), variable.Shape.Columns, (row, j) =>
                Entry(firstRow + row, j, k, poisoned, unit)));
        }
        return environment;
    }

    private static Real Entry(int i, int j, int k, bool poisoned, double unit) =>
        new(poisoned && (i * 5 + j * 3 + k) % 29 == 7 ? Poison(i + j) : ((i * 37 + j * 101 + k * 59) % 257 - 128) * unit);

    private static double Poison(int n) => (n % 3) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => double.NegativeInfinity };

    private static int Other(int columns) => (7 * columns + 3) % Most + 1;

    private static Expr X(int columns) => new Variable("x", new(Extent.Positions, columns));

    private static Expr Y(int columns) => new Variable("y", new(Extent.Positions, columns));

    private static Expr Cache(int columns) => Table(Most, columns);

    private static Expr Table(int rows, int columns) => new Variable("table", new(rows, columns));
}
