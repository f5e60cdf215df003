using System.Collections.Immutable;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MicroGpt.Properties;

/// <summary>The fast tests of some suites, run in this process one by one. A test is a method, with all its cases.</summary>
public sealed class SuiteRunner
{
    private static readonly Options Alone = new();
    private readonly ImmutableSortedDictionary<string, ImmutableArray<IXunitTestCase>> tests;

    /// <summary>The laws and the facts whose name, with the name of their class, contains the name of a suite.</summary>
    public SuiteRunner(ImmutableArray<string> suites) => tests = (
        from file in new[] { "MicroGpt.Properties.dll", "MicroGpt.Facts.dll" }
        let assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, file))
        from type in assembly.GetTypes()
        where type.GetMethods().Any(method => IsIn(suites, type.Name, method.Name))
        from test in Discover(assembly, type)
        where IsIn(suites, type.Name, test.TestMethod.Method.Name)
        where !test.Traits.Any(trait => trait.Key == "Speed" && trait.Value.Contains("Slow"))
        group test by $"{type.Name}.{test.TestMethod.Method.Name}")
        .ToImmutableSortedDictionary(test => test.Key, test => test.ToImmutableArray());

    /// <summary>The names of the tests.</summary>
    public IEnumerable<string> Tests => tests.Keys;

    /// <summary>Runs a test up to its first failure.</summary>
    public bool Passes(string test)
    {
        var (hasFailed, cases) = (false, tests[test]);
        using var executor = Framework().GetExecutor(new(cases[0].TestMethod.TestClass.Class.Assembly.Name));
        Await<ITestAssemblyFinished>(sink => executor.RunTests(cases, sink, Alone), message =>
        {
            if (message is ITestFailed or IErrorMessage) hasFailed = true;
            return !hasFailed;
        });
        return !hasFailed;
    }

    private static bool IsIn(ImmutableArray<string> suites, string type, string method) =>
        suites.Any(suite => type.Contains(suite) || method.Contains(suite));

    private static IEnumerable<IXunitTestCase> Discover(Assembly assembly, Type type)
    {
        var found = new List<IXunitTestCase>();
        using var discoverer = Framework().GetDiscoverer(Reflector.Wrap(assembly));
        Await<IDiscoveryCompleteMessage>(sink => discoverer.Find(type.FullName, false, sink, Alone), message =>
        {
            if (message is ITestCaseDiscoveryMessage { TestCase: IXunitTestCase test }) found.Add(test);
            return true;
        });
        return found;
    }

    private static XunitTestFramework Framework() => new(new NullMessageSink());

    // Starts something of xunit's, and waits for its last message.
    private static void Await<TLast>(Action<IMessageSink> start, Func<IMessageSinkMessage, bool> receive)
    {
        using var end = new ManualResetEventSlim();
        start(new Sink(message =>
        {
            var goesOn = receive(message);
            if (message is TLast) end.Set();
            return goesOn;
        }));
        end.Wait();
    }

    private sealed class Sink(Func<IMessageSinkMessage, bool> receive) : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => receive(message);
    }

    // One test runs at a time, since one mutant is active in the whole process.
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> values = new()
        {
            ["xunit.execution.DisableParallelization"] = true,
            ["xunit.execution.SynchronousMessageReporting"] = true,
            ["xunit.discovery.SynchronousMessageReporting"] = true,
        };

        public TValue GetValue<TValue>(string name) => values.TryGetValue(name, out var value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => values[name] = value;
    }
}
