using System.Diagnostics;
using System.Globalization;
using System.Text;
using MicroGpt.Properties;

// Walks through the bug zoo: prints each mutant, the laws that kill it and their counterexamples, then a summary.
//   functions [n]                  how far the functions of the engines are off, over all floats or every n-th
//   mutants REPORT PART SUITE...   the fate of each mutant that Stryker made, their score, and the survivors without a reason

Console.OutputEncoding = Encoding.UTF8;
var fates = new List<(MachineMadeMutant, Fate)>();
switch (args)
{
    case ["functions", .. var stride]:
        var every = stride is [var n] ? int.Parse(n, CultureInfo.InvariantCulture) : 1;
        Console.WriteLine(FunctionErrors.Heading);
        var claims = FunctionErrors.All.Select(function => FunctionErrors.Compare(function, every));
        return claims.Aggregate(0, (exitCode, claim) =>
        {
            Console.WriteLine(claim.Row);
            return claim.Holds ? exitCode : 1;
        });
    case ["worker", var mutant, .. var suites]:
        MutantWorker.Serve(int.Parse(mutant, CultureInfo.InvariantCulture), [.. suites]);
        return 0;
    case ["mutants", var report, var part, .. var suites]:
        using (var run = new MutantRun([.. suites]))
        {
            Console.WriteLine(run);
            foreach (var mutant in MachineMadeMutant.Read(File.ReadAllText(report)).Where(mutant => mutant.Place.StartsWith(part)))
            {
                var (fate, test) = run.Try(mutant);
                fates.Add((mutant, fate));
                Console.WriteLine($"{fate}: {mutant.Place} | {test}");
            }
        }
        var reasons = Path.Combine(AppContext.BaseDirectory, "survivors.txt");
        var (score, complaints) = MachineMadeMutant.Judge(fates, File.ReadLines(reasons));
        foreach (var line in complaints.Prepend($"{part}: {score}")) Console.WriteLine(line);
        return complaints.IsEmpty ? 0 : 1;
}

var (survivors, clock) = (0, Stopwatch.StartNew());
foreach (var mutant in Zoo.All)
{
    Console.WriteLine($"{mutant.Name}. {mutant.Wrong}");
    foreach (var kill in mutant.Kills.Concat(mutant.Exactly))
    {
        var counterexample = kill.Counterexample();
        if (counterexample is null) survivors++;
        Console.WriteLine($"  {kill.Law}: {counterexample?.Trim() ?? "it survives."}");
    }
    Console.WriteLine();
}

Console.WriteLine(Zoo.Summary(survivors));
Console.WriteLine(FormattableString.Invariant($"{Zoo.Time} {clock.Elapsed.TotalSeconds:F0} s on {Environment.ProcessorCount} cores."));
return survivors == 0 ? 0 : 1;
