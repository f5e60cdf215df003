using System.Diagnostics;
using System.Runtime;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Benchmarks;

/// <summary>
/// The parts of a default run in a new process, on one thread and without a warm-up: elapsed time, and how much of it the JIT compiler
/// took. The first part is the runtime itself: from the start of the process to the first line of the program.
/// </summary>
internal static class Startup
{
    private const int Names = 20;

    /// <summary>Prints a table of the parts, of a run on a file with one name on each line.</summary>
    public static void Print(string path)
    {
        var runtime = DateTime.Now - Process.GetCurrentProcess().StartTime;
        Console.WriteLine("| part | ms | of which JIT | methods compiled |");
        Console.WriteLine("| --- | --- | --- | --- |");
        var (total, methods) = (runtime, JitInfo.GetCompiledMethodCount());
        Row("runtime", runtime, JitInfo.GetCompilationTime(), methods);

        var corpus = Part("reading", () => Corpus.Parse(File.ReadAllBytes(path), path, Split.Lines).OrThrow());
        var (names, random) = Part("shuffling", () => corpus.Shuffle(PythonRandom.Seed(42)));
        var tokenizer = Part("tokens", () => Tokenizer.Of(names));
        var data = Part("documents", () => new TrainingData(
            TrainingSchedule.Create(steps: 1000, learningRate: 0.01).OrThrow(),
            [.. names.Documents.Select(name => tokenizer.Document(name).OrThrow())]));
        var gpt = Part("expression", () => new Gpt(Configuration.Create(16, 4, 1, 16, tokenizer.VocabSize).OrThrow()));
        var (parameters, drawn) = Part("parameters", () => Parameters.Draw(gpt.Configuration.Table, random));
        var backend = Part("backends", () => Backends.InDouble(EngineKind.Compiled));
        var trainer = Part("compiling the step", () => backend.CreateTrainer(gpt.Model, data, Optimizers.Default, threads: 1));
        var state = Part("1,000 steps", () => trainer(TrainingState.Start(parameters, Optimizers.Default), 1000, _ => true).OrThrow());
        var decoder = Part("compiling the decoder", () => backend.CreateDecoder(gpt, state.Parameters));
        Part("20 names", () => Sampling.Documents(decoder, SamplingOptions.Of(0.5), [], drawn).Take(Names).Count());
        Row("all", total, JitInfo.GetCompilationTime(), JitInfo.GetCompiledMethodCount());

        A Part<A>(string name, Func<A> run)
        {
            var (began, jit, compiled) = (Stopwatch.GetTimestamp(), JitInfo.GetCompilationTime(), JitInfo.GetCompiledMethodCount());
            var result = run();
            var elapsed = Stopwatch.GetElapsedTime(began);
            total += elapsed;
            Row(name, elapsed, JitInfo.GetCompilationTime() - jit, JitInfo.GetCompiledMethodCount() - compiled);
            return result;
        }
    }

    private static void Row(string name, TimeSpan elapsed, TimeSpan jit, long methods) =>
        Console.WriteLine(Invariant($"| {name} | {elapsed.TotalMilliseconds:F0} | {jit.TotalMilliseconds:F0} | {methods} |"));
}
