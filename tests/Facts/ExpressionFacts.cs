using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Facts;

/// <summary>Expressions, the matrices and inputs they are evaluated with, and their rewriting.</summary>
public class ExpressionFacts
{
    private static readonly Variable A = new("a", new(2, 2)), B = new("b", new(2, 2));
    private static readonly Indices Tokens = new("tokens");

    [Fact]
    public void Entries_fill_a_matrix() => Assert.Equal(
        "3 entries do not make a matrix [2, 2].", Assert.Throws<ArgumentException>(() => new Matrix<int>(2, 2, [1, 2, 3])).Message);

    // As an int, the number of entries is 0.
    [Fact]
    public void A_matrix_that_no_array_can_hold_is_refused() => Assert.Equal(
        "An array cannot hold a matrix [65536, 65536].",
        Assert.Throws<InsufficientMemoryException>(() => Matrix<int>.Filled(1 << 16, 1 << 16, 0)).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_document_has_a_row(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => Packing.Of(1, length));

    [Fact]
    public void A_column_of_indices_has_one_for_each_position()
    {
        Assert.Equal(
            "2 tokens were given for 3 positions.",
            Assert.Throws<ArgumentException>(() => Inputs.Of(Packing.Of(3)).With(Tokens, [0, 1])).Message);
        Assert.Equal("No tokens were given.", Assert.Throws<KeyNotFoundException>(() => Inputs.Of(Packing.Of(3))[Tokens]).Message);
    }

    [Fact]
    public void A_variable_has_a_value_of_its_shape()
    {
        var none = Environment<Real>.Of(Inputs.None);
        Assert.Equal(
            "a is [2, 2] and was given [2, 1].",
            Assert.Throws<ArgumentException>(() => none.With(A, Matrix<Real>.Filled(2, 1, new(0)))).Message);
        Assert.Equal("a was given no value.", Assert.Throws<KeyNotFoundException>(() => A.Evaluate(none)).Message);
    }

    [Fact]
    public void The_largest_of_each_group_of_columns_is_found()
    {
        var x = new Variable("x", new(1, 6));
        Matrix<Real> value = new(1, 6, [new(1), new(5), new(4), new(2), new(3), new(-9)]);
        var largest = x.LargestOfGroups(2).Evaluate(Environment<Real>.Of(Inputs.None).With(x, value));
        Assert.Equal([5, 3], largest.Entries.Select(entry => entry.Plain));
    }

    // The product of positive numbers is a branch of its own, so each corner of a rectangle may be the only one on it.
    [Theory]
    [InlineData(-2, -1, -2, -1, false)]
    [InlineData(1, 2, 1, 2, false)]
    [InlineData(-1, 1, -1, 1, true)]
    [InlineData(1, -1, -1, 1, true)]
    [InlineData(-1, 1, 1, -1, true)]
    public void A_kink_is_between_corners_of_different_branches(double low, double high, double least, double most, bool expected) =>
        Assert.Equal(expected, new Pairwise<PositiveProduct>(new()).HasKink((low, high), (least, most)));

    [Fact]
    public void A_scalar_is_broadcast_to_its_own_shape_as_it_is()
    {
        Expr scalar = new Variable("x", Shape.Scalar);
        Assert.Same(scalar, scalar.Broadcast(Shape.Scalar));
    }

    [Fact]
    public void A_rewriting_without_replacements_keeps_every_node()
    {
        var sum = A + B;
        Assert.Same(sum, sum.Substitute(new Dictionary<Variable, Expr>()));
    }

    [Fact]
    public void Applications_are_the_same_if_their_operations_and_arguments_are()
    {
        Application sum = Of(A + B), other = Of(A + B), swapped = Of(B + A), product = Of(A * B);
        Assert.Equal(sum, other, SameApplication.Comparer);
        Assert.NotEqual(sum, swapped, SameApplication.Comparer);
        Assert.NotEqual(sum, product, SameApplication.Comparer);
        Assert.False(SameApplication.Comparer.Equals(sum, null));
        Assert.False(SameApplication.Comparer.Equals(null, sum));

        static Application Of(Expr expression) => (Application)expression;
    }

    [Fact]
    public void Each_node_below_a_scalar_has_its_cotangent()
    {
        Variable x = new("x", Shape.Scalar), y = new("y", Shape.Scalar);
        var product = x * y;
        var cotangents = product.Cotangents().ToDictionary();
        Assert.Equal(3, cotangents.Count);
        Assert.Equal(1, Assert.IsType<Constant>(cotangents[product]).Value);
        Assert.Equal(Writer.Print(product.Backward()[x]), Writer.Print(cotangents[x]));
    }

    [Fact]
    public void A_printed_expression_has_a_line_for_each_node() =>
        Assert.Equal("%0 = a : [2, 2]\n%1 = exp %0 : [2, 2]\n", Writer.Print(A.Exp()));

    [Fact]
    public void An_evaluation_is_cancelled_between_two_nodes()
    {
        using var source = new CancellationTokenSource();
        var stopped = Expr.Apply(new Stop(source), A).Exp();
        var environment = Environment<Real>.Of(Inputs.None).With(A, Matrix<Real>.Filled(2, 2, new(1)));
        Assert.Throws<OperationCanceledException>(() => stopped.Evaluate(environment, source.Token));
    }

    private readonly struct PositiveProduct : IBinaryOp
    {
        public string Name => "positive-product";
        public double Forward(double x, double y) => Branch(x, y) == 1 ? x * y : 0;
        public Complex Forward(Complex x, Complex y) => Branch(x.Real, y.Real) == 1 ? x * y : 0;
        public (T X, T Y) Partials<T>(T x, T y, T z) where T : IReal<T> => (y * x.Step() * y.Step(), x * x.Step() * y.Step());
        public int Branch(double x, double y) => x > 0 && y > 0 ? 1 : 2;
    }

    // The identity, whose computation cancels.
    private readonly struct Stop(CancellationTokenSource source) : IUnaryOp
    {
        public string Name => "stop";
        public Complex Forward(Complex x) => x;
        public T Partial<T>(T x, T y) where T : IReal<T> => T.Constant(1);

        public double Forward(double x)
        {
            source.Cancel();
            return x;
        }
    }
}
