using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MicroGpt.Facts;

/// <summary>A source file, by the path its project lists it under.</summary>
internal sealed record SourceFile(string Path, string Text);

/// <summary>Files that are read from the first to the last: a file uses only what it or a file above it declares.</summary>
internal static class ReadingOrder
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp14, DocumentationMode.None);

    /// <summary>What every file of the repository uses without saying so.</summary>
    public static readonly SourceFile ImplicitUsings = new("ImplicitUsings.cs", string.Concat(
        from name in (string[])["", ".IO", ".Linq", ".Net.Http", ".Threading", ".Threading.Tasks", ".Collections.Generic"]
        select $"global using System{name};\n"));

    /// <summary>All that these tests run on.</summary>
    public static readonly ImmutableArray<MetadataReference> Everything =
    [
        .. from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
           select MetadataReference.CreateFromFile(path),
    ];

    // Core's packages are among them, but not Core, which is compiled here.
    private static readonly ImmutableArray<MetadataReference> References =
        [.. Everything.Where(reference => Path.GetFileName(reference.Display) != "MicroGpt.Core.dll")];

    /// <summary>A file of Core as a syntax tree.</summary>
    public static SyntaxTree Parse(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text, Options, file.Path);

    /// <summary>Files of Core as a library.</summary>
    public static CSharpCompilation Compile(string name, ImmutableArray<SyntaxTree> trees) => CSharpCompilation.Create(
        name, trees, References, new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));

    /// <summary>One sentence for each place where a file uses what only later files declare.</summary>
    public static ImmutableArray<string> Violations(IEnumerable<SourceFile> files)
    {
        ImmutableArray<SyntaxTree> trees = [.. files.Prepend(ImplicitUsings).Select(Parse)];
        var compilation = Compile("ReadingOrder", trees);
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        return
        [
            .. from tree in trees
               let model = compilation.GetSemanticModel(tree)
               from node in tree.GetRoot().DescendantNodes()
               from symbol in Uses(model, node)
               let declared = Declarations(symbol)
               where declared.Any() && declared.All(later => trees.IndexOf(later) > trees.IndexOf(tree))
               let line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1
               let place = $"{tree.FilePath}:{line}"
               group symbol by $"{place} uses {symbol.Name}, which {declared.First().FilePath} declares further down." into violation
               select violation.Key,
        ];
    }

    // What a node is bound to, and what it calls on without naming it.
    private static IEnumerable<ISymbol> Uses(SemanticModel model, SyntaxNode node)
    {
        ISymbol?[] unnamed = node switch
        {
            CommonForEachStatementSyntax loop => [model.GetForEachStatementInfo(loop).GetEnumeratorMethod],
            AssignmentExpressionSyntax assignment => [model.GetDeconstructionInfo(assignment).Method],
            ExpressionSyntax expression => [model.GetTypeInfo(expression).ConvertedType, model.GetConversion(expression).MethodSymbol],
            _ => [],
        };
        return unnamed.Append(model.GetSymbolInfo(node).Symbol).OfType<ISymbol>();
    }

    // Where a symbol is declared; what the compiler adds to a type is declared where the type is.
    private static IEnumerable<SyntaxTree> Declarations(ISymbol symbol)
    {
        var original = (symbol is IMethodSymbol { ReducedFrom: { } unreduced } ? unreduced : symbol).OriginalDefinition;
        return original.DeclaringSyntaxReferences is { IsEmpty: false } references
            ? references.Select(reference => reference.SyntaxTree)
            : original.ContainingType is { } container ? Declarations(container) : [];
    }
}
