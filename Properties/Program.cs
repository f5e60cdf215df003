using System.Text;
using MicroGpt.Properties;

// Walks through the bug zoo: prints each mutant, the laws that kill it and their counterexamples, then a summary.

Console.OutputEncoding = Encoding.UTF8;
var survivors = 0;
foreach (var mutant in Zoo.All)
{
    Console.WriteLine($"{mutant.Name}. {mutant.Wrong}");
    foreach (var kill in mutant.Kills)
    {
        var counterexample = kill.Counterexample();
        if (counterexample is null) survivors++;
        Console.WriteLine($"  {kill.Law}: {counterexample?.Trim() ?? "it survives."}");
    }
    Console.WriteLine();
}

Console.WriteLine(Zoo.Summary(survivors));
return survivors == 0 ? 0 : 1;
