using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MicroGpt.Facts;

/// <summary>A source file, by the path its project lists it under.</summary>
internal sealed record SourceFile(string Path, string Text);

/// <summary>A use of a symbol: the file and line it stands in, and the files that declare the symbol, at least one.</summary>
internal sealed record SymbolUse(string User, int Line, string Name, ImmutableArray<string> Declarations);

/// <summary>The reading order of files: each uses only declarations of its own and of files above it.</summary>
internal static class ReadingOrder
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp14, DocumentationMode.None);

    /// <summary>The global usings that the SDK adds to every project.</summary>
    public static readonly SourceFile ImplicitUsings = new("ImplicitUsings.cs", string.Concat(
        from name in (string[])["", ".IO", ".Linq", ".Net.Http", ".Threading", ".Threading.Tasks", ".Collections.Generic"]
        select $"global using System{name};\n"));

    /// <summary>The assemblies that the tests run on.</summary>
    public static readonly ImmutableArray<MetadataReference> Everything =
    [
        .. from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
           select MetadataReference.CreateFromFile(path),
    ];


    /// <summary>The syntax tree of a file.</summary>
    public static SyntaxTree Parse(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text, Options, file.Path);

    /// <summary>The files of a project as a library. It refers to all assemblies of the tests except its own.</summary>
    public static CSharpCompilation Compile(string assembly, ImmutableArray<SyntaxTree> trees) => CSharpCompilation.Create(
        assembly,
        trees,
        Everything.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != assembly),
        new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));

    /// <summary>One sentence for each use of a symbol that only later files declare.</summary>
    public static ImmutableArray<string> Violations(IReadOnlyList<SourceFile> files)
    {
        var place = files.Select((file, i) => (file.Path, i)).ToDictionary(pair => pair.Path, pair => pair.i);
        return
        [
            .. from use in Uses(files)
               where use.Declarations.All(path => place[path] > place[use.User])
               group use by $"{use.User}:{use.Line} uses {use.Name}, which {use.Declarations[0]} declares further down." into violation
               select violation.Key,
        ];
    }

    /// <summary>Every use, in a file, of a symbol that these files declare.</summary>
    public static IEnumerable<SymbolUse> Uses(IReadOnlyList<SourceFile> files)
    {
        ImmutableArray<SyntaxTree> trees = [.. files.Prepend(ImplicitUsings).Select(Parse)];
        var compilation = Compile("MicroGpt.Core", trees);
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return from tree in trees
               let model = compilation.GetSemanticModel(tree)
               from node in tree.GetRoot().DescendantNodes()
               from symbol in Uses(model, node)
               let declarations = Declarations(symbol).Select(declared => declared.FilePath).ToImmutableArray()
               where !declarations.IsEmpty
               let line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1
               select new SymbolUse(tree.FilePath, line, symbol.Name, declarations);
    }

    /// <summary>The symbols that a node names, and those it calls without naming them.</summary>
    public static IEnumerable<ISymbol> Uses(SemanticModel model, SyntaxNode node)
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

    /// <summary>The files that declare a symbol. A member that the compiler adds to a type is declared where the type is.</summary>
    public static IEnumerable<SyntaxTree> Declarations(ISymbol symbol)
    {
        var original = (symbol is IMethodSymbol { ReducedFrom: { } unreduced } ? unreduced : symbol).OriginalDefinition;
        return original.DeclaringSyntaxReferences is { IsEmpty: false } references
            ? references.Select(reference => reference.SyntaxTree)
            : original.ContainingType is { } container ? Declarations(container) : [];
    }
}
