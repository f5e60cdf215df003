using System.Collections.Immutable;

namespace MicroGpt.Properties;

/// <summary>The tests of some suites on each mutant: a test runs on the mutants that it reaches, and quick tests come first.</summary>
public sealed class MutantRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Forever = TimeSpan.FromHours(1);
    private readonly ImmutableArray<string> suites;
    private readonly ImmutableArray<Test> tests;
    private readonly ImmutableHashSet<string> early, once; // Mutants that the search for tests reaches, and those that run once.
    private MutantHost host;

    /// <summary>Runs each test on Core as it is written, to see which mutants it reaches and the time that it takes.</summary>
    public MutantRun(ImmutableArray<string> suites)
    {
        (this.suites, host) = (suites, Start(suites));
        var answer = host.Ask("tests", Forever)!.Split(' ');
        tests = [.. answer[1..].Select(Watch).OrderBy(test => test.Time)];
        (early, once) = ([.. answer[0].Split(',')], [.. tests.SelectMany(test => test.Once)]);
    }

    // A test, its processor time, and the mutants that it reaches. Once has those that the test does not reach when it runs again. They are
    // in code that a process runs once, such as static initializers.
    private sealed record Test(string Name, TimeSpan Time, ImmutableHashSet<string> Reached, ImmutableHashSet<string> Once);

    /// <summary>The number of tests, and their processor time.</summary>
    public override string ToString() => $"{tests.Length} tests, {tests.Sum(test => test.Time.TotalSeconds):F1} s";

    /// <summary>The fate of a mutant, and the test that decided it, if there is one.</summary>
    /// <remarks>
    /// A mutant may leave traces in what a process computes once. So a failure in a used process counts only if the test passes there
    /// again as soon as the mutant is not active. A mutant that no test kills there, where laws have few cases, gets a new process, in
    /// which it is active from the start and laws have all their cases. A mutant that a process runs only once begins there. All tests are
    /// tried there on such a mutant, and on one that the search for the tests reaches: any test may read what was computed once.
    /// </remarks>
    public (Fate Fate, string Test) Try(MachineMadeMutant mutant)
    {
        var (number, reaching) = ($"{mutant.Number}", tests.Where(test => test.Reached.Contains($"{mutant.Number}")).ToImmutableArray());
        if (reaching.IsEmpty && !early.Contains(number)) return (Fate.Unreached, "");
        if (!once.Contains(number))
        {
            var (first, test) = Kill(host, mutant.Number, reaching);
            if (first == Fate.Killed && Passes(host, MutantWorker.NoMutant, test!) == true) return (first, test!.Name);
            if (first != Fate.Survived) Restart();
            if (first == Fate.Endless) return (first, test!.Name);
        }
        using var fresh = new MutantHost(mutant.Number, suites);
        var (fate, last) = Kill(fresh, mutant.Number, early.Contains(number) || once.Contains(number) ? tests : reaching);
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
        var (reached, time) = (Reach(name), host.Used - start);
        return new(name, time, reached, reached.Except(Reach(name)));
    }

    private ImmutableHashSet<string> Reach(string name) => host.Ask($"reach {name}", Forever)?.Split(' ') is ["True", var reached]
        ? [.. reached.Split(',')]
        : throw new InvalidOperationException($"{name} fails without a mutant.");

    private void Restart()
    {
        host.Dispose();
        host = Start(suites);
    }

    private static MutantHost Start(ImmutableArray<string> suites) => new(MutantWorker.NoMutant, suites, hasFewCases: true);
}
