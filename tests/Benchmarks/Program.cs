using BenchmarkDotNet.Running;
using MicroGpt.Benchmarks;

if (args is ["history", var file] && File.Exists(file))
{
    Console.Write(History.Html(File.ReadLines(file)));
    return 0;
}
if (args is ["startup", var text] && File.Exists(text))
{
    Startup.Print(text);
    return 0;
}
if (args is ["blocks"])
{
    Blocks.Print();
    return 0;
}
if (args is ["step"])
{
    DefaultStep.Print();
    return 0;
}
if (args is not ["growth" or "startup" or "history", ..])
{
    BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks<>), typeof(StepBenchmarks), typeof(CompilationBenchmarks)]).Run(args);
    return 0;
}
if (args is ["growth", var names] && File.Exists(names))
{
    Growth.Print(names);
    return 0;
}
Console.Error.WriteLine(args[0] != "history"
    ? $"{args[0]} needs a file with one name on each line, such as the input.txt that a first run leaves."
    : "history needs a file to which race.sh has appended its rows, such as tests/Benchmarks/race.csv.");
return 1;
