using BenchmarkDotNet.Running;
using MicroGpt.Benchmarks;

if (args is ["peak"])
    Console.WriteLine(FormattableString.Invariant($"{Peak.InSingle():F1} GFLOP/s"));
else
    BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks<>), typeof(StepBenchmarks), typeof(CompilationBenchmarks)]).Run(args);
