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
    $"`dotnet test` puts {laws.Length} laws to the test, on {laws.Sum(law => law.MaxTest):N0} cases. ")
    + $"{Zoo.All.Length} mutants were let loose on them here, and {survivors} survived.");
return survivors == 0 ? 0 : 1;
