using System.Text;
using MicroGpt.Properties;

// Says what `dotnet test` puts under law, and walks through the zoo: each beast, the law that kills it, and how it shows.

Console.OutputEncoding = Encoding.UTF8;
var survivors = 0;
foreach (var beast in Zoo.All)
{
    Console.WriteLine($"{beast.Name}. {beast.Wrong}");
    foreach (var hunt in beast.Kills)
    {
        var trophy = hunt.Counterexample();
        if (trophy is null) survivors++;
        Console.WriteLine($"  {hunt.Law}: {trophy?.Trim() ?? "it survives."}");
    }
    Console.WriteLine();
}

Console.WriteLine(Zoo.Summary(survivors));
return survivors == 0 ? 0 : 1;
