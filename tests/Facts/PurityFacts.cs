using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>
/// Outside Compilation no object of Core can change; within it, types marked as workspaces may. The build refuses clock, files,
/// network, console, threads, environment and ambient randomness (Core/BannedSymbols.txt).
/// </summary>
public class PurityFacts
{
    private static readonly System.Reflection.Assembly Core = typeof(Gpt).Assembly;

    private static readonly ImmutableArray<string> Banned =
        [.. from line in File.ReadLines(Path.Combine(Repository.Root, "Core", "BannedSymbols.txt")) select line.Split(';')[0]];

    [Fact]
    public void Only_workspaces_of_Core_can_change()
    {
        var complaints = Mutability.Complaints([.. Core.GetTypes()]).ToArray();
        Assert.True(complaints.Length == 0, string.Join('\n', complaints));
    }

    [Fact]
    public void Workspaces_are_types_of_Compilation() => Assert.All(
        Core.GetTypes().Where(type => type.IsDefined(typeof(WorkspaceAttribute), inherit: false)),
        type => Assert.Equal(typeof(WorkspaceAttribute).Namespace, type.Namespace));

    [Theory]
    [InlineData(typeof(Settable))]
    [InlineData(typeof(SettableProperty))]
    [InlineData(typeof(Captured))]
    [InlineData(typeof(HoldsArray))]
    [InlineData(typeof(HoldsList))]
    [InlineData(typeof(HoldsWorkspace))]
    [InlineData(typeof(HoldsArrays))]
    [InlineData(typeof(SharesArray))]
    [InlineData(typeof(WorkspaceThatShares))]
    public void An_object_that_can_change_is_found(Type type) => Assert.Single(Mutability.Complaints([type]));

    [Fact]
    public void A_private_type_that_can_change_is_found_if_a_field_holds_it()
    {
        Assert.Empty(Mutability.Complaints([typeof(Local)]));
        Assert.Equal(2, Mutability.Complaints([typeof(Held), typeof(HoldsPrivate)]).Count());
    }

    [Fact]
    public void The_build_bans_symbols_in_Core_and_allows_threads_in_the_backend_only()
    {
        var project = Repository.Read("Core/Core.csproj");
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", project);
        Assert.Contains("""<AdditionalFiles Include="BannedSymbols.txt" />""", project);
        Assert.DoesNotContain("RS0030", project);
        Assert.DoesNotContain(Repository.Core, file => file.Text.Contains("RS0030"));
        Assert.Equal("[Core/Compilation/Backend/*.cs]", Assert.Single(SectionsThatAllowBannedSymbols()));
    }

    [Fact]
    public void Core_refers_to_no_banned_type_but_those_of_threads()
    {
        using var file = new PEReader(File.OpenRead(Core.Location));
        var metadata = file.GetMetadataReader();
        var named =
            from member in metadata.MemberReferences.Select(metadata.GetMemberReference)
            where member.Parent.Kind == HandleKind.TypeReference
            let type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent)
            let space = metadata.GetString(type.Namespace)
            where space != "System.Threading" && (IsBanned($"T:{space}.{metadata.GetString(type.Name)}") || IsBanned($"N:{space}"))
            let name = metadata.GetString(member.Name)
            where name != "get_CurrentManagedThreadId" // called by the iterators that the compiler makes
            select $"{space}.{metadata.GetString(type.Name)}.{name}";
        Assert.Empty(named);
    }

    private static bool IsBanned(string symbol) =>
        Banned.Any(banned => symbol == banned || banned[0] == 'N' && symbol.StartsWith($"{banned}."));

    private static IEnumerable<string> SectionsThatAllowBannedSymbols()
    {
        var lines = Repository.Read(".editorconfig").Split('\n').Select(line => line.Trim()).ToArray();
        return from i in Enumerable.Range(0, lines.Length)
               where lines[i].Contains("RS0030")
               select lines[..i].Last(line => line.StartsWith('['));
    }

    // Each can change by exactly one field.
#pragma warning disable CS0169, CS0649, CA1822, IDE0044, IDE0051, IDE0052
    internal sealed class Settable
    {
        public int Count;
    }

    internal sealed class SettableProperty
    {
        public int Count { get; set; }
    }

    internal sealed class Captured(int count)
    {
        public int Next() => ++count;
    }

    internal sealed record HoldsArray(int[] Items);

    internal sealed record HoldsList(List<int> Items);

    internal sealed record HoldsArrays(ImmutableArray<(string, double[]?)> Items);

    internal sealed record HoldsWorkspace(BatchLayout Layout);

    internal static class SharesArray
    {
        public static readonly int[] Items = [];
    }

    [Workspace]
    internal sealed class WorkspaceThatShares(int[] own)
    {
        private static int shared;

        public int Next() => own[0] + ++shared;
    }

    private sealed record Local(int[] Items);

    private sealed record Held(int[] Items);

    internal sealed class HoldsPrivate
    {
        private Held? held;
    }
#pragma warning restore CS0169, CS0649, CA1822, IDE0044, IDE0051, IDE0052
}
