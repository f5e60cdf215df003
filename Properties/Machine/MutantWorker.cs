using System.Collections.Immutable;
using System.Globalization;

namespace MicroGpt.Properties;

/// <summary>
/// A process that runs tests on a mutated Core, and answers a line for each line that it reads. One process tests many mutants, since a
/// new one would compile all tests anew.
/// </summary>
public static class MutantWorker
{
    /// <summary>The mutant that is active if Core shall be as it is written.</summary>
    public const int NoMutant = -1;

    // The switch that Stryker builds into the assembly that it mutates.
    private static readonly Type Control = typeof(Problem).Assembly.GetTypes().Single(type => type.Name == "MutantControl");

    /// <summary>
    /// Answers until the input ends. A mutant is active from the start. The line “tests” is answered by the mutants that the search for the
    /// tests reaches, and by the tests; “reach TEST” by whether it passes, and by the mutants that it reaches; “MUTANT TEST” by whether it
    /// passes.
    /// </summary>
    public static void Serve(int mutant, ImmutableArray<string> suites)
    {
        Set("ActiveMutant", mutant);
        Set("CaptureCoverage", mutant == NoMutant);
        var (output, runner) = (Console.Out, new SuiteRunner(suites));
        var before = Reached();
        Console.SetOut(TextWriter.Null); // A test may write.
        while (Console.In.ReadLine() is { } line)
        {
            output.WriteLine(line.Split(' ') switch
            {
                ["reach", var test] => Reach(runner, test),
                [var active, var test] => Passes(runner, int.Parse(active, CultureInfo.InvariantCulture), test).ToString(),
                _ => $"{before} {string.Join(' ', runner.Tests)}",
            });
            output.Flush();
        }
    }

    private static bool Passes(SuiteRunner runner, int mutant, string test)
    {
        Set("ActiveMutant", mutant);
        return runner.Passes(test);
    }

    private static string Reach(SuiteRunner runner, string test)
    {
        Set("CaptureCoverage", true);
        var passes = runner.Passes(test);
        return $"{passes} {Reached()}";
    }

    // Ends the recording, and returns the mutants that were reached during it. Stryker lists those in static initializers apart.
    private static string Reached()
    {
        Set("CaptureCoverage", false);
        var reached = (IList<int>[])Control.GetMethod("GetCoverageData")!.Invoke(null, null)!;
        return string.Join(',', reached.SelectMany(mutants => mutants).Distinct());
    }

    private static void Set(string field, object value) => Control.GetField(field)!.SetValue(null, value);
}
