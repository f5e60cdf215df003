using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>Core reads nothing of the world and remembers nothing.</summary>
public class PurityFacts
{
    private static readonly Assembly Core = typeof(Gpt).Assembly;

    [Fact]
    public void No_field_of_Core_can_change_but_those_of_workspaces()
    {
        var changing = Core.GetTypes()
            .Where(type => !type.IsEnum && !IsGenerated(type) && !type.IsDefined(typeof(WorkspaceAttribute)))
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsInitOnly && !field.IsLiteral)
            .Select(field => $"{field.DeclaringType!.Name}.{field.Name}");
        Assert.Empty(changing);
    }

    [Fact]
    public void Core_names_no_type_that_does_input_or_output_or_knows_the_time_or_draws_lots()
    {
        string[] worldly =
        [
            "System.Console", "System.Environment", "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.Random",
            "System.Diagnostics.Stopwatch", "System.Diagnostics.Process", "System.Guid",
        ];
        using var file = new PEReader(File.OpenRead(Core.Location));
        var metadata = file.GetMetadataReader();
        var named = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => (Type: metadata.GetTypeReference((TypeReferenceHandle)member.Parent), Name: metadata.GetString(member.Name)))
            .Select(member => (Type: $"{metadata.GetString(member.Type.Namespace)}.{metadata.GetString(member.Type.Name)}", member.Name))
            .Where(member => member.Name != "get_CurrentManagedThreadId") // which the compiler asks for in iterators
            .Where(member => worldly.Contains(member.Type) || member.Type.StartsWith("System.IO.") || member.Type.StartsWith("System.Net."));
        Assert.Empty(named);
    }

    private static bool IsGenerated(Type? type) =>
        type is not null && (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || IsGenerated(type.DeclaringType));
}
