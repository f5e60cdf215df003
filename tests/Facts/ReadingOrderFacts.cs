using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MicroGpt.Facts;

[Trait("Speed", "Slow")]
public partial class ReadingOrderFacts
{
    private static readonly string Core = Path.Combine(Repository.Root, "Core");

    [Fact]
    public void No_file_of_Core_uses_a_declaration_of_a_later_one()
    {
        var violations = ReadingOrder.Violations(Repository.Core);
        Assert.True(violations.IsEmpty, string.Join('\n', violations));
    }

    [Fact]
    public void Every_file_of_Core_is_listed_once() => Assert.Equal(Present().Order(), Repository.Core.Select(file => file.Path).Order());

    [Theory]
    [InlineData("a type", "class A { B? b; }", "class B;")]
    [InlineData("an inferred type", "partial class A { void F() { var b = G(); } }",
        "class B; partial class A { B G() => new(); }")]
    [InlineData("a static member", "class A { int x = B.X; }", "static class B { public const int X = 1; }")]
    [InlineData("an extension method", "class A { int x = 1.Next(); }", "static class B { public static int Next(this int x) => x; }")]
    [InlineData("an extension property", "class A { int x = 1.Next; }", "static class B { extension(int x) { public int Next => x; } }")]
    [InlineData("an extension operator", "class A { A F() => -this; }",
        "static class B { extension(A) { public static A operator -(A x) => x; } }")]
    [InlineData("a member of a partial type", "partial class A { int x = Y; }", "partial class A { const int Y = 1; }")]
    [InlineData("a conversion", "partial class A { A x = 1; }", "partial class A { public static implicit operator A(int x) => new(); }")]
    [InlineData("a deconstruction", "partial class A { void F() { var (x, y) = this; } }",
        "partial class A { void Deconstruct(out int x, out int y) => x = y = 0; }")]
    [InlineData("an enumeration", "partial class A { void F() { foreach (var x in this) { } } }",
        "partial class A { public List<int>.Enumerator GetEnumerator() => default; }")]
    [InlineData("a namespace", "using Later;", "namespace Later { class B; }")]
    public void A_use_of_a_declaration_of_a_later_file_is_found(string use, string first, string second) =>
        Assert.True(ReadingOrder.Violations(Files(first, second)).Any(x => Found().IsMatch(x)), use);

    [Theory]
    [InlineData("what stands above", "class A;", "class B : A;")]
    [InlineData("a partial type begun above", "partial class A;", "class B { A? a; } partial class A;")]
    [InlineData("a namespace begun above", "namespace N { class A; }", "namespace N { class B { A? a; } }")]
    [InlineData("a name in a documentation comment", "/// <see cref=\"B\"/>\nclass A;", "class B;")]
    [InlineData("another type of the same name", "namespace N { class B; class A { B? b; } }", "class B;")]
    public void A_use_in_reading_order_is_no_violation(string use, string first, string second) =>
        Assert.True(ReadingOrder.Violations(Files(first, second)).IsEmpty, use);

    [GeneratedRegex("^1.cs:1 uses .+, which 2.cs declares further down.$")]
    private static partial Regex Found();

    private static ImmutableArray<SourceFile> Files(string first, string second) => [new("1.cs", first), new("2.cs", second)];

    private static IEnumerable<string> Present() =>
        from path in Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        where !relative.StartsWith("Core/bin/") && !relative.StartsWith("Core/obj/")
        select relative;
}
