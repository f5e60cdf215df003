using System.Globalization;
using System.Text;
using MicroGpt.Properties;

// Walks through the bug zoo: prints each mutant, the laws that kill it and their counterexamples, then a summary. With `functions`, prints
// how far the functions of the engines are off, over all floats; `functions n` takes every n-th.

Console.OutputEncoding = Encoding.UTF8;
if (args is ["functions", .. var stride])
{
    foreach (var row in FunctionErrors.Table(stride is [var n] ? int.Parse(n, CultureInfo.InvariantCulture) : 1)) Console.WriteLine(row);
    return 0;
}
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
