using System.Collections.Immutable;
using System.Globalization;
using MicroGpt.Autograd;
using MicroGpt.Training;
using Spectre.Console;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>The results of a gradient check, in tables that fit the terminal.</summary>
internal sealed class GradientReport
{
    private const int Wide = 64, BarLength = 24;

    private static readonly (string Name, Func<MatrixCheck, Deviation> Of)[] Oracles =
    [
        ("complex\nstep", check => check.ComplexStep),
        ("forward\nmode", check => check.ForwardMode),
        ("finite\ndiff.", check => check.FiniteDifferences),
    ];

    private readonly IAnsiConsole console;

    /// <summary>A report that is written to `writer`.</summary>
    public GradientReport(TextWriter writer) => console = Tables.Console(writer);

    /// <summary>Prints the loss that is checked, and the quoted document that it is the loss of.</summary>
    public void PrintHead(double loss, string document, int parameters) => Print(
        Invariant($"The loss of {document} is {loss:F4}. ")
        + $"Its gradient with respect to {parameters} parameters, against what three oracles "
        + $"say of {GradientCheck.Sample} entries of each matrix, and of a random direction that moves all of its entries:");

    /// <summary>Prints the loss, the bounds of its exact value, and the quoted document that it is the loss of.</summary>
    public void PrintHead(double loss, Bounds exact, string document, int parameters) => Print(
        Invariant($"The loss of {document} is {loss:F4}. ")
        + (exact.SayNothingOf(exact.Absolute.Low)
            ? "Nothing is known of its exact value. "
            : Invariant($"Its exact value is between {exact.Low:R} and {exact.High:R}. "))
        + $"Its gradient with respect to {parameters} parameters, against bounds that each exact derivative is within:");

    /// <summary>
    /// Prints a line for each matrix, and the verdict. `widths` is the largest distance from a bracket that the engine may have.
    /// </summary>
    public void PrintMatrices(ImmutableArray<BracketCheck> checks, double widths)
    {
        var table = Tables.Plain().AddColumns(
            Tables.Column("\nmatrix"), Tables.Column("\nsize").RightAligned(), Tables.Column("widest\nbracket").RightAligned(),
            Tables.Column("\noutside").RightAligned(), Tables.Column(""));
        foreach (var check in checks)
        {
            var verdict = !(check.Outside <= widths) ? "[red]off[/]"
                : check.Silent > 0 ? $"[yellow]says nothing of {check.Silent}[/]" : "[green]ok[/]";
            table.AddRow(check.Definition.Name, $"{check.Definition.Count}", Number(check.Widest), Number(check.Outside), verdict);
        }
        console.Write(table);
        console.WriteLine();
        Print(Invariant($"outside: the largest distance from a bracket, in widths of the bracket; at most {widths} for this engine."));
        var silent = checks.Sum(check => check.Silent);
        Print($"{checks.Sum(check => check.Definition.Count)} derivatives were compared. "
            + $"The widest bracket is {Number(checks.Max(check => check.Widest))} wide. "
            + (!checks.All(check => check.Outside <= widths) ? "The gradient is off."
            : silent > 0 ? $"{silent} brackets say nothing: they are too wide beside the largest derivative. Of those, nothing is proved."
            : "The gradient is right."));
    }

    /// <summary>
    /// Prints a line for each matrix, and the verdict. A wide terminal shows all oracles in one table, a narrow one a table for each.
    /// </summary>
    public void PrintMatrices(ImmutableArray<MatrixCheck> checks)
    {
        foreach (var oracles in console.Profile.Width >= Wide ? [Oracles] : Oracles.Select(oracle => new[] { oracle }))
        {
            console.Write(TableOf(checks, oracles));
            console.WriteLine();
        }
        Print($"{checks.Sum(check => check.Entries)} entries and {checks.Length} directions were compared. "
            + (checks.All(check => check.Holds) ? "The gradient is right." : "The gradient is off."));
    }

    /// <summary>Prints the error of finite differences at each step size.</summary>
    public void PrintStepSizes(ImmutableArray<(double Step, double Error)> errors)
    {
        Print("A difference alone would not do. This is how far (f(x+h) - f(x-h)) / 2h is off along a random direction: "
            + "a large step h errs by the curvature of the function, a small one by rounding, "
            + "and in between it is still farther off than the oracles above.");
        var table = Tables.Plain().AddColumns(Tables.Column("h"), Tables.Column("error"), Tables.Column(""));
        foreach (var (step, error) in errors)
            table.AddRow(Number(step), Number(error), new string('█', (int)Math.Clamp(BarLength + 1.5 * Math.Log10(error), 1, BarLength)));
        console.Write(table);
    }

    private static Table TableOf(ImmutableArray<MatrixCheck> checks, (string Name, Func<MatrixCheck, Deviation> Of)[] oracles)
    {
        var table = Tables.Plain().AddColumns(Tables.Column("\n\nmatrix"), Tables.Column("\n\nsize").RightAligned());
        foreach (var oracle in oracles)
            table.AddColumns(Tables.Column($"{oracle.Name}\nabs.").RightAligned(), Tables.Column("\n\nrel.").RightAligned());
        table.AddColumn(Tables.Column(""));
        foreach (var check in checks)
        {
            var deviations = oracles.Select(oracle => oracle.Of(check)).ToArray();
            var numbers = deviations.SelectMany(deviation => (double[])[deviation.Absolute, deviation.Relative]).Select(Number);
            var verdict = deviations.All(deviation => deviation.Holds) ? "[green]ok[/]" : "[red]off[/]";
            table.AddRow([check.Definition.Name, $"{check.Definition.Count}", .. numbers, verdict]);
        }
        return table;
    }

    private void Print(string sentence)
    {
        console.WriteLine(sentence);
        console.WriteLine();
    }

    private static string Number(double x) => x.ToString("0e-00", CultureInfo.InvariantCulture);
}
