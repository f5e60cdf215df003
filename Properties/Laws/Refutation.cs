using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MicroGpt.Properties;

/// <summary>An input that a law does not hold for, as simple as shrinking makes it, and what the law complains of.</summary>
public sealed record Refutation<T>(T Counterexample, string Complaint);

/// <summary>Laws put to the test outside a property: whoever expects one to fail wants to see how.</summary>
public static class Refutation
{
    /// <summary>The refutation of a law, or nothing if it holds for as many inputs as this.</summary>
    public static Refutation<T>? Of<T>(Arbitrary<T> inputs, Func<T, Property> law, int cases = 1000)
    {
        var recorder = new Recorder();
        Check.One(Config.Quick.WithMaxTest(cases).WithReplay(1729, 4105).WithRunner(recorder), Prop.ForAll(inputs, law));
        // What F# calls shrunkArgs, C# sees as the third item.
        return recorder.Result is TestResult.Failed failed
            ? new((T)failed.Item3.Head, string.Join("; ", failed.Item1.Labels))
            : null;
    }

    // Writes nothing, keeps the result.
    private sealed class Recorder : IRunner
    {
        public TestResult? Result { get; private set; }

        public void OnStartFixture(Type type) { }

        public void OnArguments(int test, FSharpList<object> arguments, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every) { }

        public void OnShrink(FSharpList<object> arguments, FSharpFunc<FSharpList<object>, string> everyShrink) { }

        public void OnFinished(string name, TestResult result) => Result = result;
    }
}
