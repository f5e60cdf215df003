using MicroGpt.Autograd;

namespace MicroGpt.Facts;

/// <summary>Graphs of numbers that are larger than those of the laws. Their numbers are whole, so nothing rounds.</summary>
public class ScalarGraphFacts
{
    private const int Terms = 3000;

    private static readonly Value<Real> X = Value<Real>.Variable(new(3));

    [Fact]
    public void A_graph_of_thousands_of_nodes_has_its_gradient() =>
        Assert.Equal(new(Terms * (Terms - 1) / 2), Sum.Of(0, Terms, i => X * i).Backward()[X]);

    // The fingerprint of a node is a hash of its parents' fingerprints.
    [Fact]
    public void Nodes_that_share_a_fingerprint_stay_apart() =>
        Assert.Equal(new(2 * 3 * Terms), Sum.Of(0, Terms, _ => X * X).Backward()[X]);

    [Fact]
    public void A_node_among_thousands_is_visited_once()
    {
        var terms = Enumerable.Range(0, Terms).Select(i => X * i).ToArray();
        var sum = Sum.Of(terms.Concat(terms));
        var (fast, plain) = (FingerprintOrder<Value<Real>>.Of(sum).Nodes, PostOrder<Value<Real>>.Of(sum).Nodes);
        Assert.Equal(plain.AsEnumerable(), fast);
        Assert.Equal(new(Terms * (Terms - 1)), sum.Backward()[X]);
    }

    [Fact]
    public void A_constant_is_no_parent()
    {
        var c = Value<Real>.Constant(5);
        Value<Real>[] ofNone = [c.Exp(), c * c, Value<Real>.Accumulate(c, c, c)];
        Value<Real>[] ofOne = [X.Exp(), c * X, X * c, Value<Real>.Accumulate(c, c, X), Value<Real>.Accumulate(c, X, c)];
        Value<Real>[] ofTwo = [X * X, Value<Real>.Accumulate(c, X, X), Value<Real>.Accumulate(X, c, X)];
        Assert.All(ofNone, x => Assert.Equal(0, x.ParentCount));
        Assert.All(ofOne, x => Assert.Equal(1, x.ParentCount));
        Assert.All(ofTwo, x => Assert.Equal(2, x.ParentCount));
        Assert.Equal(3, Value<Real>.Accumulate(X, X, X).ParentCount);
    }

    [Fact]
    public void Gradients_come_in_the_order_of_the_first_use()
    {
        var y = Value<Real>.Variable(new(2));
        Assert.Equal([y, X], ((y * X) + y).Backward().Variables);
    }

    [Fact]
    public void The_backward_pass_is_cancelled_between_two_nodes()
    {
        using var source = new CancellationTokenSource();
        var root = Value<Cancelling>.Variable(new(1, source)).Exp();
        Assert.Throws<OperationCanceledException>(() => root.Backward(source.Token));
    }

    // A number that cancels when it is an argument of two, as the partials are that the backward pass multiplies.
    private readonly record struct Cancelling(double Plain, CancellationTokenSource? Source) : IEvaluated<Cancelling>
    {
        public static Cancelling Constant(double value) => new(value, null);

        public static Cancelling Apply<TOp>(TOp op, Cancelling x) where TOp : struct, IUnaryOp => x with { Plain = op.Forward(x.Plain) };

        public static Cancelling Apply<TOp>(TOp op, Cancelling x, Cancelling y) where TOp : struct, IBinaryOp
        {
            var source = x.Source ?? y.Source;
            source?.Cancel();
            return new(op.Forward(x.Plain, y.Plain), source);
        }
    }
}
