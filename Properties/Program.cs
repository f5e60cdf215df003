using System.Globalization;
using System.Text;
using MicroGpt.Properties;

// Walks through the bug zoo: prints each mutant, the laws that kill it and their counterexamples, then a summary.
//   functions [n]       how far the functions of the engines are off, over all floats or every n-th
//   survivors REPORT    the score of mutants that were made by machine, and the survivors without a reason

Console.OutputEncoding = Encoding.UTF8;
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
    case ["survivors", var report]:
        var reasons = Path.Combine(AppContext.BaseDirectory, "survivors.txt");
        var (score, complaints) = MachineMadeMutant.Judge(MachineMadeMutant.Read(File.ReadAllText(report)), File.ReadLines(reasons));
        foreach (var line in complaints.Prepend(score)) Console.WriteLine(line);
        return complaints.IsEmpty ? 0 : 1;
}

var survivors = 0;
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
return survivors == 0 ? 0 : 1;
