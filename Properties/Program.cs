using System.Reflection;
using System.Text;
using MicroGpt.Properties;

// Says what `dotnet test` puts under law, and walks through the zoo: each beast, the law that kills it, and how it shows.

Console.OutputEncoding = Encoding.UTF8;
var survivors = 0;
foreach (var beast in Zoo.All)
{
    Console.WriteLine($"{beast.Name}. {beast.Wrong}");
    foreach (var hunt in beast.Hunts)
    {
        var trophy = hunt.Trophy();
        if (trophy is null) survivors++;
        Console.WriteLine($"  {hunt.Law}: {trophy?.Trim() ?? "it survives."}");
    }
    Console.WriteLine();
}

var laws = typeof(LawAttribute).Assembly.GetTypes().SelectMany(type => type.GetMethods())
    .Select(method => method.GetCustomAttribute<LawAttribute>()).OfType<LawAttribute>().ToArray();
Console.WriteLine(FormattableString.Invariant(
    $"{laws.Length} laws hold for {laws.Sum(law => law.MaxTest):N0} cases in a run of `dotnet test`; {Zoo.All.Length} mutants were let loose on them, and {survivors} survived."));
return survivors == 0 ? 0 : 1;
