using System.Diagnostics;
using MicroGpt.Facts.Shell;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MicroGpt.Facts.Guide;

/// <summary>Each program of tests/Examples prints the output given in the comment at its head.</summary>
[Trait("Speed", "Slow")]
public class ExampleFacts
{
    private const string Directive = "#:project ../../Core/Core.csproj\n", Heading = "This prints:\n//\n", Margin = "//   ";

    private static readonly string Examples = Path.Combine(Repository.Root, "tests", "Examples");

    // The models are no programs of their own. The GPT in one file, which needs half a minute, has facts of its own.
    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Examples, "*.cs").Select(path => Path.GetFileName(path))
        .Where(name => name != OneFileFacts.Name)
        .Where(name => !Repository.Read("tests/Examples/Models/Models.csproj").Contains($"../{name}")).Order()];

    [Theory, MemberData(nameof(Names))]
    public void An_example_prints_what_it_says(string name) => Printed.IsAsExpected(name, Expected(name), Output(name));

    // The SDK checks this when it builds such a file, and the compiler alone does not.
    [Fact]
    public void A_declaration_of_an_example_states_its_accessibility() => Assert.Empty(
        from file in Repository.Files("tests/Examples")
        from declaration in ProgramText.Parse(file).GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
        where declaration
            is BaseTypeDeclarationSyntax or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax
        where !declaration.Modifiers.Any(IsAccessibility) && declaration.Parent is not InterfaceDeclarationSyntax
        select $"{file.Path}: {declaration.ToString().Split('\n')[0]}");

    private static bool IsAccessibility(SyntaxToken modifier) => modifier.Kind()
        is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword;

    [Fact]
    public void The_SDK_runs_such_a_file_as_it_stands()
    {
        const string name = "Differentiate.cs";
        var start = new ProcessStartInfo("dotnet", ["run", Path.Combine(Examples, name)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        Printed.IsAsExpected(name, Expected(name), process.StandardOutput.ReadToEnd());
        process.WaitForExit();
    }

    // Beside the fact before, because both build Core, and facts of one class run one after the other.
    [Fact]
    public void The_SDK_runs_a_step_of_the_ladder_which_tells_that_there_are_no_names()
    {
        using var folder = new Folder();
        string[] command = ["run", Path.Combine(Repository.Root, LadderFacts.Steps[0].Path)];
        var start = new ProcessStartInfo("dotnet", command) { WorkingDirectory = folder.PathOf(""), RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Equal("input.txt is not here; `dotnet run --project Shell -- --steps 1` downloads the names.", error.Trim());
    }

    [Fact]
    public void The_FSharp_example_prints_what_three_examples_print()
    {
        string[] examples = ["Differentiate.cs", "GradientDescent.cs", "OwnWords.cs"];
        Printed.IsAsExpected("FSharp/Program.fs", string.Join('\n', examples.Select(Expected)), FSharpOutput());
    }

    /// <summary>The output of the example in F#, which is built together with the facts.</summary>
    internal static string FSharpOutput()
    {
        var build = Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "Facts"), AppContext.BaseDirectory); // bin/Debug/net10.0
        var program = Path.Combine(Examples, "FSharp", build, "MicroGpt.Examples.FSharp.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>The output of an example.</summary>
    internal static string Output(string name)
    {
        using var folder = new Folder();
        return ProgramText.Output(folder, $"Example.{Path.GetFileNameWithoutExtension(name)}", Parse(name));
    }

    /// <summary>An example as a syntax tree.</summary>
    internal static SyntaxTree Parse(string name) => ProgramText.Parse(new($"tests/Examples/{name}", Text(name)));

    private static string Expected(string name)
    {
        var text = Text(name);
        Assert.StartsWith(Directive, text);
        return PrintedLines(text);
    }

    /// <summary>The output that the comment at the head of a program gives.</summary>
    internal static string PrintedLines(string text)
    {
        Assert.Contains(Heading, text);
        var lines = text[(text.IndexOf(Heading) + Heading.Length)..].Split('\n');
        return string.Join('\n', lines.TakeWhile(line => line.StartsWith(Margin)).Select(line => line[Margin.Length..]));
    }

    private static string Text(string name) => File.ReadAllText(Path.Combine(Examples, name));
}
