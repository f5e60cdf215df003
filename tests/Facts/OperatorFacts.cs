using System.Reflection;
using MicroGpt.Autograd;

namespace MicroGpt.Facts;

/// <summary>The operators + - * / of each kind of number, which F# uses, equal those of IReal, which generic formulas use.</summary>
public class OperatorFacts
{
    private static readonly string[] Operators = ["op_Addition", "op_Subtraction", "op_Multiply", "op_Division"];

    public static TheoryData<Type> Kinds => [typeof(Real), typeof(Dual<Real>), typeof(Value<Real>), typeof(Expr)];

    [Theory, MemberData(nameof(Kinds))]
    public void A_kind_of_number_has_every_operator_for_its_own_numbers_and_constants(Type kind)
    {
        foreach (var name in Operators)
            foreach (var types in (Type[][])[[kind, kind], [kind, typeof(double)], [typeof(double), kind]])
                Assert.NotNull(kind.GetMethod(name, BindingFlags.Static | BindingFlags.Public, types));
        Assert.NotNull(kind.GetMethod("op_UnaryNegation", [kind]));
    }

    [Fact]
    public void The_operators_of_Real_equal_those_of_IReal()
    {
        var (x, y) = (new Real(7), new Real(2));
        Real[] found = [x + y, x - y, x * y, x / y, -x, x + 2, x - 2, x * 2, x / 2, 2 + x, 2 - x, 2 * x, 2 / x];
        Assert.Equal(Written(x, y), found);
        Assert.Equal(
            [9, 5, 14, 3.5, -7, 9, 5, 14, 3.5, 9, -5, 14, 2 * Math.Pow(7, -1)], found.Select(result => result.Plain));
    }

    [Fact]
    public void The_operators_of_Dual_equal_those_of_IReal()
    {
        var (x, y) = (new Dual<Real>(new(7), new(3)), new Dual<Real>(new(2), new(5)));
        Dual<Real>[] found = [x + y, x - y, x * y, x / y, -x, x + 2, x - 2, x * 2, x / 2, 2 + x, 2 - x, 2 * x, 2 / x];
        Assert.Equal(Written(x, y), found);
    }

    [Fact]
    public void The_operators_of_Value_equal_those_of_IReal()
    {
        var (x, y) = (Value<Real>.Variable(new(7)), Value<Real>.Variable(new(2)));
        Value<Real>[] found = [x + y, x - y, x * y, x / y, -x, x + 2, x - 2, x * 2, x / 2, 2 + x, 2 - x, 2 * x, 2 / x];
        foreach (var (expected, value) in Written(x, y).Zip(found))
        {
            Assert.Equal(expected.Plain, value.Plain);
            Assert.Equal(expected.Backward()[x], value.Backward()[x]);
            Assert.Equal(expected.Backward()[y], value.Backward()[y]);
        }
    }

    [Fact]
    public void The_operators_of_Variable_equal_those_of_Expr()
    {
        Variable x = new("x", Shape.Scalar), y = new("y", Shape.Scalar);
        Expr[] found = [x + y, x - y, x * y, x / y, -x, x + 2, x - 2, x * 2, x / 2, 2 + x, 2 - x, 2 * x, 2 / x];
        Assert.Equal(Written<Expr>(x, y).Select(z => Writer.Print(z)), found.Select(z => Writer.Print(z)));
    }

    [Fact]
    public void A_method_of_a_variable_applies_the_operation_of_its_name()
    {
        var x = new Variable("x", Shape.Scalar);
        Assert.Equal(["exp", "log", "pow(3)", "relu"], new[] { x.Exp(), x.Log(), x.Pow(3), x.Relu() }.Select(Name));
    }

    private static string Name(Expr x) => ((Application)x).Operation.Name;

    private static T[] Written<T>(T x, T y) where T : IReal<T> =>
        [x + y, x - y, x * y, x / y, -x, x + 2, x - 2, x * 2, x / 2, 2 + x, 2 - x, 2 * x, 2 / x];
}
