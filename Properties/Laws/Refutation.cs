using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MicroGpt.Properties;

/// <summary>A shrunk input for which a law does not hold, and the complaint of the law.</summary>
public sealed record Refutation<T>(T Counterexample, string Complaint);

/// <summary>Runs of a law on a mutant, which the law is expected to refute.</summary>
public static class Refutation
{
    /// <summary>The refutation of a law, or null if it holds for <paramref name="cases"/> inputs.</summary>
    public static Refutation<T>? Of<T>(Arbitrary<T> inputs, Func<T, Property> law, int cases = 1000)
    {
        var recorder = new Recorder();
        Check.One(Config.Quick.WithMaxTest(cases).WithReplay(1729, 4105).WithRunner(recorder), Prop.ForAll(inputs, law));
        // Item3 is the field that F# names shrunkArgs.
        return recorder.Result is TestResult.Failed failed
            ? new((T)failed.Item3.Head, string.Join("; ", failed.Item1.Labels))
            : null;
    }

    // Keeps the result, and prints nothing.
    private sealed class Recorder : IRunner
    {
        public TestResult? Result { get; private set; }

        public void OnStartFixture(Type type) { }

        public void OnArguments(int test, FSharpList<object> arguments, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every) { }

        public void OnShrink(FSharpList<object> arguments, FSharpFunc<FSharpList<object>, string> everyShrink) { }

        public void OnFinished(string name, TestResult result) => Result = result;
    }
}
