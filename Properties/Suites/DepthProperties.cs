using System.Runtime.ExceptionServices;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;

namespace MicroGpt.Properties;

/// <summary>Graphs of great depth, breadth and sharing, such as the 2⁶⁰ paths of sixty doublings.</summary>
[Trait("Speed", "Slow")]
public class DepthProperties
{
    private const int Million = 1_000_000, Doublings = 60, Many = 200_000;

    private static readonly Variable X = new("x", Shape.Scalar);

    private static readonly Environment<Real> One = Environment<Real>.Of(Inputs.None).With(X, new(1, 1, [new Real(1)]));

    [Fact]
    public void A_million_operations_deep_the_backward_pass_of_a_graph_reaches_its_leaf() => OnASmallStack(() =>
    {
        var x = Value<Real>.Variable(new(1));
        Assert.Equal(1, Repeat(Million, x, y => y.Relu()).Backward()[x].Plain);
    });

    [Fact]
    public void A_million_operations_deep_an_expression_has_a_value() => OnASmallStack(() =>
        Assert.Equal(1, Repeat(Million, (Expr)X, y => y.Relu()).Evaluate(One)[0, 0].Plain));

    [Fact]
    public void A_million_operations_deep_an_expression_has_a_gradient() => OnASmallStack(() =>
        Assert.Equal([X], Repeat(Million, (Expr)X, y => y.Relu()).Backward().Variables));

    [Fact]
    public void A_million_operations_deep_an_expression_pushes_tangents_forward() => OnASmallStack(() =>
        Assert.IsType<Application>(Tangent(Repeat(Million, (Expr)X, y => y.Relu()))));

    [Fact]
    public void A_million_operations_deep_an_expression_is_printed() => OnASmallStack(() =>
        Assert.Equal(Million + 1, Writer.Print(Repeat(Million, (Expr)X, y => y.Relu())).Count(c => c == '\n')));

    // Nodes of equal structure with the same parent must not collide: comparing them in pairs would take minutes.
    [Fact]
    public void Two_hundred_thousand_products_with_one_node_stay_distinct()
    {
        var x = Value<Real>.Variable(new(1));
        var sum = Enumerable.Range(0, Many).Aggregate(x, (sum, i) => sum + x * i);
        Assert.Equal(1 + Many * (Many - 1.0) / 2, sum.Backward()[x].Plain);
    }

    [Fact]
    public void The_walk_by_fingerprints_is_the_plain_walk_on_the_graph_of_a_loss()
    {
        var gpt = new Gpt(Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 16, vocabSize: 27).OrThrow());
        var parameters = Parameters.Draw(gpt.Model.Table, PythonRandom.Seed(42)).Value;
        var batch = Batch.Of(gpt.Model, [26, 0, 13, 13, 0, 26]);
        var loss = gpt.Model.Loss.Evaluate(gpt.Model.Bind(parameters.Matrices(x => Value<Real>.Variable(new(x))), batch))[0, 0];
        Assert.True(PostOrder<Value<Real>>.Of(loss).Nodes.SequenceEqual(FingerprintOrder<Value<Real>>.Of(loss).Nodes));
    }

    // A walk along each path would never end.
    [Fact]
    public void Sixty_doublings_of_one_node_are_walked_once_each()
    {
        var x = Value<Real>.Variable(new(1));
        Assert.Equal(Math.ScaleB(1, Doublings), Repeat(Doublings, x, y => y + y).Backward()[x].Plain);
    }

    // Each doubling adds a few nodes: two products of its cotangent with the constant 1, and their sum.
    [Fact]
    public void Sixty_doublings_of_one_expression_have_a_gradient_of_a_few_nodes_each()
    {
        var y = Repeat(Doublings, (Expr)X, y => y + y);
        foreach (var derivative in (Expr[])[y.Backward()[X], Tangent(y)])
        {
            Assert.InRange(PostOrder<Expr>.Of(derivative).Nodes.Length, Doublings, 8 * Doublings);
            Assert.Equal(PostOrder<Expr>.Of(derivative).Nodes.Length, Writer.Print(derivative).Count(c => c == '\n'));
        }
        Assert.Equal(Math.ScaleB(1, Doublings), y.Backward()[X].Evaluate(One)[0, 0].Plain);
        Assert.Equal(Math.ScaleB(3, Doublings), Tangent(y).Evaluate(One)[0, 0].Plain);
    }

    private static Expr Tangent(Expr expression) =>
        expression.Jvp(new Dictionary<Variable, Expr> { [X] = Expr.Constant(3) });

    private static T Repeat<T>(int times, T x, Func<T, T> function) => Enumerable.Range(0, times).Aggregate(x, (y, _) => function(y));

    private static void OnASmallStack(Action action)
    {
        var failure = default(ExceptionDispatchInfo);
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        }, maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
