using MicroGpt.Autograd;
using MicroGpt.Study;

namespace MicroGpt.Facts.Study;

public class FormulaFacts
{
    [Theory]
    [InlineData("2 + 3*4 - 5", 9)]
    [InlineData("2 - 3 - 4", -5)]
    [InlineData("12 / 3 / 2", 2)]
    [InlineData("-2^2", -4)]
    [InlineData("(-2)^2", 4)]
    [InlineData("2^3^2", 512)]
    [InlineData("2^-1", 0.5)]
    [InlineData("2*-3", -6)]
    [InlineData("--2", 2)]
    [InlineData("2^(1/2 + 0.5)", 2)]
    [InlineData("1.5e1 + .5 + 2E-1", 15.7)]
    [InlineData("exp(0) + log(1) + relu(-3) + relu(2)", 3)]
    [InlineData("sqrt(9) * step(0.1) / reciprocal(2)", 6)]
    [InlineData("t = 2 + 1; u = t*t; u - t", 6)]
    public void A_formula_has_the_value_of_the_usual_precedence(string text, double value) => Assert.Equal(value, ValueOf(text), 1e-14);

    [Theory]
    [InlineData("a*tanh(0.3)/b", 0.29131261245159090 * 2 / 3)]
    [InlineData("tanh(-2) / a * b", -0.96402758007581688 * 1.5)]
    [InlineData("a*b*tanh(1000)", 6)]
    [InlineData("a^b", 8)]
    [InlineData("a^(b - b + 3) - b^a", -1)]
    [InlineData("a - b / a", 0.5)]
    public void Derived_functions_and_powers_of_names_have_their_values(string text, double value) =>
        Assert.Equal(value, ValueOf(text, 2, 3), 1e-14);

    [Theory]
    [InlineData("(-2)^(1 + 2)", "pow(3)")] // an exponent without names is a number
    [InlineData("a^2", "pow(2)")]
    [InlineData("a^(6/2)", "pow(3)")]
    [InlineData("a^((20 + 29)/49)", "pow(1)")] // 49·(1/49) would be 0.9999999999999999
    [InlineData("n = 1 + 1; a^-n", "pow(-2)")]
    [InlineData("a^b", "power")]
    [InlineData("tanh(a)", "tanh")]
    [InlineData("a/2", "mul")]
    [InlineData("a - 1", "add")]
    public void A_number_becomes_a_constant_of_an_operation(string text, string operation) =>
        Assert.Equal(operation, Assert.IsType<Application>(Formula.Parse(text).OrThrow().Expression).Operation.Name);

    [Fact]
    public void Names_are_variables_in_the_order_of_the_formula_and_parts_that_have_a_name_are_shared()
    {
        var formula = Formula.Parse("t = b*a; t*t + c_1*b").OrThrow();
        Assert.Equal(["b", "a", "c_1"], formula.Variables.Select(variable => variable.Name));
        Assert.Equal("%0 = b : [1, 1]\n%1 = a : [1, 1]\n%2 = mul %0 %1 : [1, 1]\n%3 = mul %2 %2 : [1, 1]\n%4 = c_1 : [1, 1]\n"
            + "%5 = mul %4 %0 : [1, 1]\n%6 = add %3 %5 : [1, 1]\n", Writer.Print(formula.Expression));
    }

    [Theory]
    [InlineData("a + * b", 5, "a number, a name or ( is expected, and “*” stands there")]
    [InlineData("", 1, "a number, a name or ( is expected, and the end stands there")]
    [InlineData("a +", 4, "a number, a name or ( is expected, and the end stands there")]
    [InlineData("exp()", 5, "a number, a name or ( is expected, and “)” stands there")]
    [InlineData("2a", 2, "+ - * / ^ or ) is expected, and “a” stands there")]
    [InlineData("(a)(b)", 4, "+ - * / ^ or ) is expected, and “(” stands there")]
    [InlineData("(a=b)", 3, "+ - * / ^ or ) is expected, and “=” stands there")]
    [InlineData("(a + (b)", 1, "this ( is never closed")]
    [InlineData("t = (a; t", 5, "this ( is never closed")]
    [InlineData("a + b)", 6, "this ) closes nothing")]
    [InlineData("foo(a)", 1, "there is no function foo; there are exp, iszero, log, reciprocal, relu, sigmoid, softplus, "
        + "sqrt, step, tanh")]
    [InlineData("1 + exp", 5, "exp is a function; write exp(...)")]
    [InlineData("a $ b", 3, "“$” means nothing in a formula")]
    [InlineData("a 😀 b", 3, "“😀” means nothing in a formula")]
    [InlineData("1.2.3", 1, "“1.2.3” is not a number; write it like 0.5 or 1e-3")]
    [InlineData("a + 1e400", 5, "“1e400” is too large; the largest number is 1.7E+308")]
    [InlineData("a*1e-400", 3, "“1e-400” rounds to 0; the number nearest to 0 is 5E-324")]
    [InlineData("t = a", 6, "t has a meaning, and now a formula is wanted; write one after a semicolon")]
    [InlineData("t = t; t", 1, "t cannot be used in its own meaning")]
    [InlineData("t = a; t = b; t", 8, "t has a meaning already; choose another name")]
    [InlineData("exp = 2; a", 1, "exp is a function; choose another name")]
    [InlineData("a + b;", 6, "what stands before a semicolon gives a name its meaning, as in t = a*b")]
    public void A_problem_names_its_column_and_marks_it(string text, int column, string problem) => Assert.Equal(
        $"Column {column} of the formula: {problem}.\n  {text}\n  {new string(' ', column - 1)}^",
        Formula.Parse(text).ProblemOrThrow().Sentence);

    [Fact]
    public void A_problem_of_a_long_formula_shows_the_part_around_it()
    {
        var lines = Formula.Parse(string.Join("+", Enumerable.Repeat("a", 500)) + "+)+" + string.Join("+", Enumerable.Repeat("b", 500)))
            .ProblemOrThrow().Sentence.Split('\n');
        Assert.Contains("Column 1001 ", lines[0]);
        Assert.All(lines[1..], line => Assert.True(line.Length <= 80));
        Assert.Equal(')', lines[1][lines[2].IndexOf('^')]);
    }

    [Trait("Speed", "Slow")]
    [Theory]
    [InlineData("(", "a", ")")]
    [InlineData("", "a", "-a*a^2")]
    [InlineData("a^", "a", "")]
    [InlineData("exp(-", "a", ")")]
    [InlineData("a*(1-", "a", ")")]
    public void No_depth_and_no_length_overflows_the_stack(string before, string middle, string after)
    {
        var formula = Formula.Parse(Repeated(before, middle, after)).OrThrow();
        Assert.All(FormulaWriter.Write(formula.Expression), line => Assert.True(line.Length < 200));
    }

    [Trait("Speed", "Slow")]
    [Theory]
    [InlineData("", "a", "+a")]
    [InlineData("-", "a", "")]
    public void No_depth_of_a_gradient_or_its_paths_overflows_the_stack(string before, string middle, string after)
    {
        var function = ScalarFunction.Of(Formula.Parse(Repeated(before, middle, after)).OrThrow(), [("a", 0.5)]).OrThrow();
        Assert.Equal(after == "" ? 1 : 100_001, function.Values([.. function.Gradient()])[0]);
        Assert.Equal(after == "" ? 1 : 100_001, Paths.Find(function, 3)[0].Count);
    }

    [Fact]
    public void A_gradient_is_written_in_operations_of_the_table_with_all_their_arguments()
    {
        var formula = Formula.Parse("relu(x)*y").OrThrow();
        var gradient = ScalarFunction.Of(formula, [("x", 1), ("y", 2)]).OrThrow().Gradient();
        Assert.Equal("step(relu(x)) * y", Assert.Single(FormulaWriter.Write(gradient[0])));
    }

    [Fact]
    public void Names_without_a_value_and_values_without_a_name_are_reported_together()
    {
        var problems = ScalarFunction.Of(Formula.Parse("a + b*c").OrThrow(), [("d", 1), ("a", 2), ("a", 3), ("e", 1)])
            .Sentences();
        Assert.Equal(
        [
            "b and c have no value; add --at b=1 --at c=1, with values of your own.",
            "--at gives d a value, but the formula has no d; its names are a, b and c.",
            "--at gives e a value, but the formula has no e; its names are a, b and c.",
            "--at gives a 2 values; give it one.",
        ], problems);
    }

    private static string Repeated(string before, string middle, string after) =>
        string.Concat(Enumerable.Repeat(before, 100_000)) + middle + string.Concat(Enumerable.Repeat(after, 100_000));

    private static double ValueOf(string text, params double[] point)
    {
        var formula = Formula.Parse(text).OrThrow();
        return new ScalarFunction(formula.Expression, formula.Variables, [.. point]).At<Real>([.. point.Select(x => new Real(x))]).Plain;
    }
}
