using System.Collections.Immutable;

namespace MicroGpt.Properties;

/// <summary>The tests of some suites on each mutant: a test runs on the mutants that it reaches, and quick tests come first.</summary>
public sealed class MutantRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Forever = TimeSpan.FromHours(1);
    private readonly ImmutableArray<string> suites;
    private readonly ImmutableArray<Test> tests;
    private readonly ImmutableHashSet<string> inStatic;
    private MutantHost host;

    /// <summary>Runs each test on Core as it is written, to see which mutants it reaches and the time that it takes.</summary>
    public MutantRun(ImmutableArray<string> suites)
    {
        (this.suites, host) = (suites, Start(suites));
        var answer = host.Ask("tests", Forever)!.Split(' ');
        tests = [.. answer[1..].Select(Watch).OrderBy(test => test.Time)];
        inStatic = [.. answer[0].Split(',').Concat(tests.SelectMany(test => test.InStatic))];
    }

    // A test, its processor time, and the mutants that it reaches, in all and in static initializers.
    private sealed record Test(string Name, TimeSpan Time, ImmutableHashSet<string> Reached, ImmutableArray<string> InStatic);

    /// <summary>The number of tests, and their processor time.</summary>
    public override string ToString() => $"{tests.Length} tests, {tests.Sum(test => test.Time.TotalSeconds):F1} s";

    /// <summary>The fate of a mutant, and the test that decided it, if there is one.</summary>
    /// <remarks>
    /// A mutant may leave traces in what a process computes once. So a failure in a used process counts only if the test passes there
    /// again as soon as the mutant is not active. A mutant that no test kills there, where laws have few cases, gets a new process, in
    /// which it is active from the start and laws have all their cases.
    /// </remarks>
    public (Fate Fate, string Test) Try(MachineMadeMutant mutant)
    {
        var isStatic = inStatic.Contains($"{mutant.Number}");
        var reaching = isStatic ? tests : [.. tests.Where(test => test.Reached.Contains($"{mutant.Number}"))];
        if (reaching.IsEmpty) return (Fate.Unreached, "");
        if (!isStatic)
        {
            var (first, test) = Kill(host, mutant.Number, reaching);
            if (first == Fate.Killed && Passes(host, MutantWorker.NoMutant, test!) == true) return (first, test!.Name);
            if (first != Fate.Survived) Restart();
            if (first == Fate.Endless) return (first, test!.Name);
        }
        using var fresh = new MutantHost(mutant.Number, suites);
        var (fate, last) = Kill(fresh, mutant.Number, reaching);
        return (fate, last?.Name ?? "");
    }

    public void Dispose() => host.Dispose();

    private static (Fate Fate, Test? Test) Kill(MutantHost host, int mutant, ImmutableArray<Test> reaching)
    {
        foreach (var test in reaching)
        {
            if (Passes(host, mutant, test) is not { } passes) return (Fate.Endless, test);
            if (!passes) return (Fate.Killed, test);
        }
        return (Fate.Survived, null);
    }

    private static bool? Passes(MutantHost host, int mutant, Test test) =>
        host.Ask($"{mutant} {test.Name}", Patience + 10 * test.Time) is { } answer ? bool.Parse(answer) : null;

    private Test Watch(string name)
    {
        var start = host.Used;
        return host.Ask($"reach {name}", Forever)?.Split(' ') is ["True", var reached, var inInitializers]
            ? new(name, host.Used - start, [.. reached.Split(',')], [.. inInitializers.Split(',')])
            : throw new InvalidOperationException($"{name} fails without a mutant.");
    }

    private void Restart()
    {
        host.Dispose();
        host = Start(suites);
    }

    private static MutantHost Start(ImmutableArray<string> suites) => new(MutantWorker.NoMutant, suites, hasFewCases: true);
}
