using System.Reflection;
using MicroGpt.Facts.Shell;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MicroGpt.Facts.Guide;

/// <summary>A program in one file, as for <c>dotnet run FILE</c>, compiled in memory: the SDK needs five seconds for each.</summary>
internal static class ProgramText
{
    // The options that the SDK passes to the compiler for such a file.
    private static readonly CSharpParseOptions Parsing =
        new CSharpParseOptions(LanguageVersion.CSharp14).WithFeatures([KeyValuePair.Create("FileBasedProgram", "true")]);

    private static readonly CSharpCompilationOptions Compiling = new(
        OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable);

    private static readonly SyntaxTree ImplicitUsings = Parse(new("ImplicitUsings.cs", ReadingOrder.ImplicitUsings.Text));

    // An unnecessary using is a hidden diagnostic by default, and an error in this repository.
    private const string UnnecessaryUsing = "CS8019";

    /// <summary>A file as a syntax tree.</summary>
    public static SyntaxTree Parse(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text, Parsing, file.Path);

    /// <summary>The output of a program of one or more files, run in a folder. Fails if it does not compile, or ends in an error.</summary>
    public static string Output(Folder folder, string name, SyntaxTree program, bool isWhole = true, params SyntaxTree[] others)
    {
        var run = Run(folder, name, program, isWhole, others);
        Assert.True((run.ExitCode, run.Error) == (0, ""), $"{name} ended with {run.ExitCode}. {run.Error}");
        return run.Output;
    }

    /// <summary>The run of a program of one or more files in a folder. Fails if it does not compile.</summary>
    public static Run Run(Folder folder, string name, SyntaxTree program, bool isWhole = true, params SyntaxTree[] others)
    {
        var compilation = Compile(name, [program, .. others]);
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning
            || isWhole && diagnostic.Id == UnnecessaryUsing && diagnostic.Location.SourceTree == program));

        var assembly = Path.Combine(AppContext.BaseDirectory, $"{name}.dll"); // beside Core, which it uses
        Assert.True(compilation.Emit(assembly).Success);
        return folder.Execute(assembly);
    }

    /// <summary>A type that a program declares, loaded into this process.</summary>
    public static Type Load(string type, SyntaxTree program)
    {
        using var assembly = new MemoryStream();
        Assert.True(Compile($"Loaded.{type}", [program]).Emit(assembly).Success);
        return Assembly.Load(assembly.ToArray()).GetType(type, throwOnError: true)!;
    }

    private static CSharpCompilation Compile(string name, SyntaxTree[] files) =>
        CSharpCompilation.Create(name, [.. files, ImplicitUsings], ReadingOrder.Everything, Compiling);
}
