using System.Text.RegularExpressions;
using MicroGpt.Autograd;

namespace MicroGpt.Browser;

/// <summary>The text of Core that declares an operation: its values and its derivative, and its row in the table of kernels.</summary>
internal static class SourceText
{
    private const string KernelTable = "KernelTable.cs";

    private static readonly Lazy<Dictionary<string, string>> Files = new(() =>
        typeof(SourceText).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".cs", StringComparison.Ordinal))
            .ToDictionary(name => name, Text));

    /// <summary>The declaration of the type that states an operation's value and derivative.</summary>
    public static string DeclarationOf(Operation operation)
    {
        var start = new Regex($@"^(public|internal) [a-z ]*(struct|record|class) {TypeOf(operation)}\b", RegexOptions.Multiline);
        return (
            from file in Files.Value.Values
            let match = start.Match(file)
            where match.Success
            select file[BeginOfComment(file, match.Index)..EndOf(file, match.Index)]).FirstOrDefault("");
    }

    /// <summary>The row of an operation in the table of kernels; empty if the compiler leaves no such node.</summary>
    public static string KernelOf(Operation operation)
    {
        var rows = Files.Value[KernelTable].Split('\n').Select(line => line.Trim()).ToArray();
        var row = new Regex($@"^((Pairwise|Pointwise)<(Autograd\.)?{TypeOf(operation)}>|{TypeOf(operation)}\b).*=>");
        return rows.FirstOrDefault(row.IsMatch)
            ?? (operation is Elementwise ? rows.First(line => line.StartsWith("Elementwise function", StringComparison.Ordinal)) : "");
    }

    // A scalar operation is the type argument of the operation on matrices.
    private static string TypeOf(Operation operation)
    {
        var type = operation.GetType();
        return operation is Elementwise && type.IsGenericType ? type.GetGenericArguments()[0].Name : type.Name.Split('`')[0];
    }

    private static int BeginOfComment(string file, int declaration)
    {
        var lines = file[..declaration].Split('\n')[..^1];
        var comment = lines.Reverse().TakeWhile(line => line.StartsWith("///", StringComparison.Ordinal));
        return declaration - comment.Sum(line => line.Length + 1);
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(SourceText).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    // A declaration ends with its first line, or with a brace at the start of a line.
    private static int EndOf(string file, int declaration)
    {
        var line = file.IndexOf('\n', declaration);
        return file[line - 1] == ';' ? line : file.IndexOf("\n}", declaration, StringComparison.Ordinal) + 2;
    }
}
