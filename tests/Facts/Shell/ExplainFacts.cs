namespace MicroGpt.Facts.Shell;

[Trait("Speed", "Slow")]
public class ExplainFacts
{
    [Fact]
    public void A_product_and_a_sum_are_explained_to_the_last_line()
    {
        using var folder = new Folder();
        var run = folder.Run("explain", "a*b + a", "--at", "a=2", "--at", "b=3", "--order", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            """
            f = a*b + a, where a = 2, b = 3

            The expression, a line for each node, and its value:

              %0 = a                                        2
              %1 = b                                        3
              %2 = mul %0 %1                                6
              %3 = add %2 %0                                8

            The backward pass. Each node, from the last to the first, passes its cotangent,
            times its local partial, to its arguments. In braces, the map of cotangents
            after its step; each is an expression, and its new nodes stand above:

            start
              %4 = 1                                        1
              {%3: %4}

            %3 = add %2 %0
              %5 = 1                                        1
              %6 = mul %5 %4                                1
              %7 = 1                                        1
              %8 = mul %7 %4                                1
              {a: %8, %2: %6}

            %2 = mul %0 %1
              %9 = mul %1 %6                                3
              %10 = add %8 %9                               4
              %11 = mul %0 %6                               2
              {a: %10, b: %11}

            The same gradient, simplified, with numbers of its own:

              %0 = 1                                        1
              %1 = b                                        3
              %2 = add %0 %1                                4
              %3 = a                                        2

              ∂f/∂a = %2 = 4, which is
                  1 + b
              ∂f/∂b = %3 = 2, which is
                  a

            Where it comes from: along each path from the result to a name, the product of
            the local partials. The gradient is the sum over all paths.

              ∂f/∂a = 4, by 2 paths
                           3 = 1 · 3
                             %3 → %2 → a
                           1 = 1
                             %3 → a

              ∂f/∂b = 2, by 1 path
                           2 = 1 · 2
                             %3 → %2 → b

            The same numbers by other ways:

                               backward     forward mode     complex step      differences
              ∂f/∂a                   4                4                4                4
              ∂f/∂b                   2                2                2                2

            Guaranteed between, by intervals with ends rounded outward:

                                   from               to            width
              f                       8                8             0e00
              ∂f/∂a                   4                4             0e00
              ∂f/∂b                   2                2             0e00

            The Hessian, the gradient of the gradient (half of it, for it is symmetric):

              ∂²f/∂a∂a = 0, which is
                  0
              ∂²f/∂a∂b = 1, which is
                  1
              ∂²f/∂b∂b = 0, which is
                  0

                                      a                b
              a                       0                1
              b                       1                0

            """, run.Output);
    }

    [Fact]
    public void At_a_kink_complex_step_and_differences_are_not_available()
    {
        using var folder = new Folder();
        var run = folder.Run("explain", "relu(a)", "--at", "a=0");
        Assert.Contains("  ∂f/∂a                   0                0              n/a              n/a\n", run.Output);
    }

    // Where the value or a neighbour is not finite, and where a number is too small for the complex step: n/a, and the reason.
    [Theory]
    [InlineData("1/x", "0", "-Infinity        -Infinity              n/a              n/a", "f is not finite here")]
    [InlineData("x/x", "0", "NaN              NaN              n/a              n/a", "f is not finite here")]
    [InlineData("1/x - 1/x", "0", "NaN              NaN              n/a              n/a", "f is not finite here")]
    [InlineData("x^-2", "0", "-Infinity        -Infinity              n/a              n/a", "f is not finite here")]
    [InlineData("log(x)", "0", "Infinity         Infinity              n/a              n/a", "f is not finite here")]
    [InlineData("log(x)", "-1", "-1               -1              n/a              n/a", "f is not finite here")]
    [InlineData("sqrt(x)", "0", "Infinity         Infinity              n/a              n/a", "f is not finite right beside this point")]
    [InlineData("x^2", "1e-160", "2e-160           2e-160              n/a", "A number here is too small for the complex step.")]
    [InlineData("exp(x)", "-700", "9.859676544e-305 9.859676544e-305              n/a", "too small for the complex step.")]
    [InlineData("tanh(x)", "360", "8.12892321e-313  8.12892321e-313              n/a", "too small for the complex step.")]
    [InlineData("sqrt(x*x)", "0", "NaN              NaN                0", "A partial of 0 meets an infinite one on a path: 0·∞ is NaN.")]
    [InlineData("k = 3 + 0*x; y = -2 - x; y^k", "0", "NaN", "here: outside the domain.")]
    public void A_method_outside_its_domain_is_not_available_and_the_reason_is_said(string formula, string x, string row, string reason)
    {
        using var folder = new Folder();
        var run = folder.Run("explain", formula, "--at", $"x={x}");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(row, run.Output);
        Assert.Contains(reason, run.Output);
        Assert.All(run.Lines, line => Assert.True(line.Length <= 80));
    }

    [Fact]
    public void A_method_that_gives_a_true_0_is_available()
    {
        using var folder = new Folder();
        foreach (var formula in (string[])["x^2", "x^3", "x*x", "x - x", "relu(x - 1)"])
        {
            var run = folder.Run("explain", formula, "--at", "x=0");
            Assert.Contains("  ∂f/∂x                   0                0                0                0\n", run.Output);
        }
    }

    [Theory]
    [InlineData("-x^2", "x = 1.23456789112e153 ")] // -2.469135782e+153 has as many characters as a column
    [InlineData("a_name_of_30_characters_or_more*b", "a_name_of_30_characters_or_more=-1.2345678901e-200", "b=-1.234567891234e-200")]
    public void Columns_never_touch(string formula, params string[] values)
    {
        using var folder = new Folder();
        var run = folder.Run(["explain", formula, "--order", "2", .. values.SelectMany(value => (string[])["--at", value])]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(Rows("The same numbers by", "Guaranteed between"), row => Assert.Equal(5, row.Length));
        Assert.All(Rows("Guaranteed between", "The Hessian"), row => Assert.Equal(4, row.Length));

        IEnumerable<string[]> Rows(string start, string end)
        {
            var rows = run.Lines.SkipWhile(line => !line.StartsWith(start)).TakeWhile(line => !line.StartsWith(end))
                .Where(line => line.StartsWith("  ∂f/∂")).ToArray();
            Assert.NotEmpty(rows);
            return rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    // (a + b) - c is 6e-17, which rounding may have made: whether relu is on is not known, and the bracket of its slope is from 0 to 1.
    [Theory]
    [InlineData("relu(a + b - c)|--at|a=0.1|--at|b=0.2|--at|c=0.3", "  ∂f/∂a                   0                     1     says nothing\n")]
    [InlineData("relu(a)|--at|a=0", "  ∂f/∂a                   0                0             0e00\n")]
    [InlineData("1/(a - b)|--at|a=0.3|--at|b=0.3", "  ∂f/∂a           -Infinity         Infinity     says nothing\n")]
    [InlineData("relu(a + b - c)*1e300|--at|a=0.1|--at|b=0.2|--at|c=0.3", " 1E+300     says nothing\n")]
    [InlineData("a*b|--at|a=1e200|--at|b=1e200", "  f        1.7976931348623157E+308         Infinity     says nothing\n")]
    [InlineData("exp(a)|--at|a=1", "  f        2.7182818284590433 2.718281828459047            4e-15\n")]
    public void Brackets_are_printed_to_the_last_digit_and_may_say_nothing(string arguments, string row)
    {
        using var folder = new Folder();
        Assert.Contains(row, folder.Run(["explain", .. arguments.Split('|')]).Output);
    }

    [Fact]
    public void Finite_differences_take_smaller_steps_if_large_ones_leave_the_domain()
    {
        using var folder = new Folder();
        var run = folder.Run("explain", "log(a/3 - 1.3)", "--at", "a=4");
        Assert.Contains("  ∂f/∂a                  10               10               10               10\n", run.Output);
    }

    [Theory]
    [InlineData("t = a*a; u = t*t; v = u*u; w = v*v; w", "1.1", "by 16 paths", "by the other 11 paths")]
    [InlineData("t = a*a; t*t", "1", "%2 left → %1 right → a", "%2 right → %1 left → a")]
    [InlineData("-a", "-1e-3", "by 1 path\n", "∂f/∂a = %0 = -1")]
    [InlineData("3", null, "f = 3\n", "f has no names, so there is nothing to differentiate by. Its value is 3.\n")]
    [InlineData("1/0", null, "f = 1/0\n", "f has no names, so there is nothing to differentiate by. Its value is Infinity.\n")]
    public void Paths_are_counted_and_written_for_many_one_and_none(string formula, string? value, string first, string second)
    {
        using var folder = new Folder();
        var run = folder.Run(["explain", formula, .. value is null ? (string[])[] : ["--at", $"a={value}"]]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(first, run.Output);
        Assert.Contains(second, run.Output);
        Assert.All(run.Lines, line => Assert.True(line.Length <= 80));
    }

    [Theory]
    [InlineData("a + * b", "Column 5 of the formula: a number, a name or ( is expected, and “*” stands there.\n  a + * b\n      ^\n")]
    [InlineData("a*b|--at|a=1|--at|c=2", "b has no value; add --at b=1, with values of your own.\n"
        + "--at gives c a value, but the formula has no c; its names are a and b.\n")]
    [InlineData("a|--at|a=x|--at|a", "--at a is “x”, not a number; write it like 0.5 or 1e-3.\n"
        + "--at is “a”; write a name and its value, such as --at a=2.\n")]
    [InlineData("a|--at|a=1e999", "--at a is “1e999”, which is too large; the largest number is 1.7E+308.\n")]
    [InlineData("a = 2; a*a|--at|a=1", "--at gives a a value, but the formula defines a; leave out one of the two.\n")]
    [InlineData("a|--at", "--at has no value; write one after it, such as --at a=2.\n")]
    [InlineData("a|--at|a=1|--order|3", "--order is “3”; it must be 1 or 2.\n")]
    [InlineData("a|--at|a=1|--odrer=2", "There is no option --odrer; the nearest is --order, and --help lists them all.\n")]
    [InlineData("a|+|b", "explain takes one formula and was given 3, “a” and “+” and “b”; put it in quotation marks.\n")]
    [InlineData("--order|2", "explain needs a formula; write one after it, such as explain \"a*b + a\" --at a=2 --at b=3.\n")]
    public void Problems_of_a_formula_and_its_values_are_reported(string arguments, string problems)
    {
        using var folder = new Folder();
        var run = folder.Run(["explain", .. arguments.Split('|')]);
        Assert.Equal((2, "", problems), (run.ExitCode, run.Output, run.Error));
    }
}
