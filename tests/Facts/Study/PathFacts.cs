using System.Numerics;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Facts.Study;

public class PathFacts
{
    [Fact]
    public void A_gradient_is_the_sum_over_paths_of_products_of_partials()
    {
        var sums = Paths.Find(Function("a*b + a", ("a", 2), ("b", 3)), most: 5);
        Assert.Equal([("a", 2, 4.0), ("b", 1, 2.0)], sums.Select(sum => (sum.Variable.Name, (int)sum.Count, sum.Total)));
        Assert.Equal([3, 1], sums[0].Largest.Select(path => path.Contribution));
        Assert.Equal<double>([1, 3], sums[0].Largest[0].Partials);
        Assert.Equal(
            ["add", "mul", "a"], sums[0].Largest[0].Nodes.Select(node => node is Application { Operation.Name: var name } ? name : "a"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void Exponentially_many_paths_are_counted_exactly(int doublings)
    {
        var sums = Enumerable.Range(1, doublings).Select(i => $"t{i} = t{i - 1} + t{i - 1}; ");
        var text = $"t0 = a*1; {string.Concat(sums)}t{doublings}";
        var sum = Paths.Find(Function(text, ("a", 1)), most: 5)[0];
        Assert.Equal(BigInteger.Pow(2, doublings), sum.Count);
        Assert.Equal(Math.ScaleB(1, doublings), sum.Total);
        Assert.Equal([1, 1, 1, 1, 1], sum.Largest.Select(path => path.Contribution));
        Assert.Equal(sum.Total - 5, sum.Rest);
    }

    [Fact]
    public void The_largest_paths_are_those_of_an_enumeration()
    {
        // Two ways through each of three parts. The products of one partial from each are all different.
        var function = Function("u = 2*a + -3*a; v = 5*u + -7*u; w = 11*v + 13*v; w", ("a", 1));
        var all = from x in new[] { 2, -3 } from y in new[] { 5, -7 } from z in new[] { 11, 13 } select (double)(x * y * z);
        var sum = Paths.Find(function, most: 4)[0];
        Assert.Equal(all.OrderByDescending(Math.Abs).Take(4), sum.Largest.Select(path => path.Contribution));
        Assert.Equal(all.Sum(), sum.Total);
        Assert.Equal(all.OrderByDescending(Math.Abs).Skip(4).Sum(), sum.Rest);
    }

    [Fact]
    public void No_path_leads_to_a_variable_on_which_the_result_does_not_depend()
    {
        var sum = Paths.Find(Function("t = b*2; a", ("b", 1), ("a", 1)), most: 5)[0];
        Assert.Equal((0, 0.0, 0.0), ((int)sum.Count, sum.Total, sum.Rest));
        Assert.Empty(sum.Largest);
    }

    private static ScalarFunction Function(string text, params (string, double)[] values) =>
        ScalarFunction.Of(Formula.Parse(text).OrThrow(), [.. values]).OrThrow();
}
