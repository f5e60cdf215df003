using System.Globalization;
using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Facts.Guide;

/// <summary>
/// The guide's table of kinks and edges. In each row, the value, and the derivative by the first name of the point in reverse and in
/// forward mode, are what the library computes.
/// </summary>
public class EdgeTableFacts
{
    private const string Heading = "### At the kink and at the edge";

    private static readonly string[][] Cells =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "Core", "README.md"))
            .SkipWhile(line => line != Heading).Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("| `")).Select(line => line.Trim('|', ' ').Split(" | ")),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Cells.Length)];

    [Fact]
    public void The_table_has_a_row_for_each_kind_of_kink_and_edge() => Assert.InRange(Cells.Length, 16, 40);

    [Theory, MemberData(nameof(Rows))]
    public void A_row_states_the_value_and_the_derivatives(int row)
    {
        var (formula, point) = (Cells[row][0].Trim('`'), Cells[row][1]);
        var (value, reverse, forward) = (Number(Cells[row][2]), Number(Cells[row][3]), Number(Cells[row][4]));
        var values = point.Split(", ").Select(part => part.Split(" = ")).Select(pair => (Name: pair[0], Value: Number(pair[1]))).ToArray();
        var function = ScalarFunction.Of(Formula.Parse(formula).OrThrow(), [.. values]).OrThrow();
        var k = function.Variables.Select(variable => variable.Name).ToList().IndexOf(values[0].Name);
        var leaves = function.Point.Select(x => Value<Real>.Variable(new(x))).ToArray();
        Assert.Equal(value, function.Values([function.Expression])[0]);
        Assert.Equal(reverse, function.Values([function.Gradient()[k]])[0]);
        Assert.Equal(reverse, function.At<Value<Real>>([.. leaves]).Backward()[leaves[k]].Plain);
        Assert.Equal(forward, function.ByForwardMode(function.Axis(k)));
    }

    private static double Number(string text) => text switch
    {
        "∞" => double.PositiveInfinity,
        "-∞" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
