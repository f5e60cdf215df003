using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace MicroGpt.Facts;

/// <summary>An arrow from a file, or a folder, to one whose declarations it uses.</summary>
internal readonly record struct Arrow(string From, string To)
{
    /// <summary>
    /// The arrow within the innermost common folder of both files. Its ends are the entries of that folder, files or subfolders, that
    /// contain the two files.
    /// </summary>
    public Arrow InCommonFolder
    {
        get
        {
            var (from, to) = (From.Split('/'), To.Split('/'));
            var common = from.Zip(to, (x, y) => x == y).TakeWhile(same => same).Count();
            return new(string.Join('/', from.Take(common + 1)), string.Join('/', to.Take(common + 1)));
        }
    }
}

/// <summary>The arrows of a project, found by the compiler, and the cycles that they make.</summary>
internal static class Arrows
{
    private static readonly SourceFile GlobalUsings = new("GlobalUsings.cs", $"{ReadingOrder.ImplicitUsings.Text}global using Xunit;\n");

    /// <summary>An arrow for each pair of different files of which one uses a symbol that only the other declares.</summary>
    public static ImmutableArray<Arrow> Between(string assembly, IEnumerable<SourceFile> files)
    {
        var compilation = ReadingOrder.Compile(assembly, [.. files.Prepend(GlobalUsings).Select(ReadingOrder.Parse)]);
        return
        [
            .. (from tree in compilation.SyntaxTrees
                let model = compilation.GetSemanticModel(tree)
                from node in tree.GetRoot().DescendantNodes()
                from symbol in ReadingOrder.Uses(model, node)
                where symbol is not INamespaceSymbol
                let declared = ReadingOrder.Declarations(symbol).Distinct().ToArray()
                where declared is [var only] && only != tree // the parts of a partial type are in several files, each member is in one
                select new Arrow(tree.FilePath, declared[0].FilePath)).Distinct(),
        ];
    }

    /// <summary>The sets of two nodes or more of which each leads to every other by arrows.</summary>
    public static ImmutableArray<string> Cycles(IEnumerable<Arrow> arrows)
    {
        var next = arrows.Where(arrow => arrow.From != arrow.To).ToLookup(arrow => arrow.From, arrow => arrow.To);
        var reached = next.ToDictionary(node => node.Key, node => Reached(node.Key));
        return
        [
            .. (from node in reached.Keys.Order(StringComparer.Ordinal)
                let cycle = reached[node].Where(other => reached.TryGetValue(other, out var back) && back.Contains(node))
                where cycle.Any()
                select string.Join(" <-> ", cycle.Order(StringComparer.Ordinal))).Distinct(),
        ];

        HashSet<string> Reached(string start)
        {
            var (found, open) = (new HashSet<string>(), new Stack<string>(next[start]));
            while (open.TryPop(out var node))
            {
                if (!found.Add(node)) continue;
                foreach (var after in next[node]) open.Push(after);
            }
            return found;
        }
    }
}
