using System.Reflection;
using System.Runtime.CompilerServices;
using MicroGpt.Properties;
using MicroGpt.Shell;

namespace MicroGpt.Facts;

/// <summary>One name means one thing: no two types of Core, Shell and Properties share a name.</summary>
public class NameFacts
{
    [Fact]
    public void No_two_types_share_a_name()
    {
        var twice =
            from assembly in (Assembly[])[typeof(Problem).Assembly, typeof(JitWarmUp).Assembly, typeof(LawAttribute).Assembly]
            from type in assembly.GetTypes()
            where !type.IsNestedPrivate && !IsGenerated(type)
            let name = type.FullName!.Split('`')[0] // a generic type and its static companion are one
            group name by type.Name.Split('`')[0] into same
            where same.Distinct().Count() > 1
            select string.Join(", ", same.Distinct());
        Assert.Empty(twice);
    }

    private static bool IsGenerated(Type? type) => type is not null
        && (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            || type.Name[0] is '<' or '_' || IsGenerated(type.DeclaringType));
}
