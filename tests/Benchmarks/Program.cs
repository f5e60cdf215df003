using BenchmarkDotNet.Running;
using MicroGpt.Benchmarks;

if (args is not ["growth", ..])
{
    BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks<>), typeof(StepBenchmarks), typeof(CompilationBenchmarks)]).Run(args);
    return 0;
}
if (args is ["growth", var names] && File.Exists(names))
{
    Growth.Print(names);
    return 0;
}
Console.Error.WriteLine("growth needs a file with one name on each line, such as the input.txt that a first run leaves.");
return 1;
