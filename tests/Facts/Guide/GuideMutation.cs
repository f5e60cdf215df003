using System.Reflection;
using System.Runtime.Loader;
using FsCheck;
using MicroGpt.Properties;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MicroGpt.Facts.Guide;

/// <summary>Core with a change that a page proposes, compiled in memory, and tested by a law.</summary>
internal static class GuideMutation
{
    // Core.csproj has this attribute too: the laws use internal types.
    private static readonly SourceFile VisibleToLaws = new(
        "InternalsVisibleTo.cs", """[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("MicroGpt.Properties")]""");

    private static readonly CSharpCompilation Core = ReadingOrder.Compile(
        "MicroGpt.Core", [.. Repository.Core.Prepend(ReadingOrder.ImplicitUsings).Append(VisibleToLaws).Select(ReadingOrder.Parse)]);

    /// <summary>The complaint of a law about the changed Core, or null if the law still holds.</summary>
    public static string? Refutation(Figure change, string law)
    {
        var laws = new Changed(Compiled(change)).LoadFromAssemblyPath(typeof(LawAttribute).Assembly.Location);
        var method = laws.GetTypes().SelectMany(type => type.GetMethods())
            .Single(method => $"{method.DeclaringType!.FullName}.{method.Name}".Contains(law));
        var cases = (int)method.CustomAttributes.Single(x => x.AttributeType.Name == nameof(LawAttribute)).ConstructorArguments[0].Value!;
        var judge = new Judge();
        var config = Config.Quick.WithMaxTest(cases).WithReplay(1729, 4105) // as LawAttribute does
            .WithArbitrary([laws.GetType(typeof(Arbitraries).FullName!)!]).WithRunner(judge);
        Check.Method(config, method, FSharpOption<object>.Some(Activator.CreateInstance(method.DeclaringType!)!));
        return judge.Refutation;
    }

    private static byte[] Compiled(Figure change)
    {
        var file = Core.SyntaxTrees.Single(tree => tree.FilePath == change.File);
        var mutant = ReadingOrder.Parse(new(file.FilePath, change.AppliedTo(file.ToString())));
        using var assembly = new MemoryStream();
        var result = Core.ReplaceSyntaxTree(file, mutant).Emit(assembly);
        Assert.True(result.Success, $"{change.Place} does not compile: {string.Join('\n', result.Diagnostics)}");
        return assembly.ToArray();
    }

    // Loads the built laws together with the changed Core.
    private sealed class Changed(byte[] core) : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName name) =>
            name.Name == "MicroGpt.Core" ? LoadFromStream(new MemoryStream(core)) : null;
    }

    private sealed class Judge : IRunner
    {
        public string? Refutation { get; private set; }

        public void OnStartFixture(Type type) { }

        public void OnArguments(int test, FSharpList<object> arguments, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every) { }

        public void OnShrink(FSharpList<object> arguments, FSharpFunc<FSharpList<object>, string> everyShrink) { }

        public void OnFinished(string name, TestResult result) =>
            Refutation = result is TestResult.Passed ? null : Runner.onFinishedToString(name, result);
    }
}
