using BenchmarkDotNet.Running;
using MicroGpt.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks<>), typeof(StepBenchmarks), typeof(CompilationBenchmarks)]).Run(args);
