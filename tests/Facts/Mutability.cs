using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.RegularExpressions;
using LanguageExt;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>The fields by which an object could change, found by reflection in the types of an assembly.</summary>
internal static class Mutability
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // Types of other libraries whose objects cannot change. A ReadOnlyDictionary counts, since nothing can be written through it, and so
    // does a CancellationToken, since only its source can cancel it.
    private static readonly ImmutableHashSet<Type> Immutable =
    [
        typeof(string), typeof(BigInteger), typeof(Complex), typeof(Rune), typeof(Range), typeof(Type), typeof(Regex), typeof(Nullable<>),
        typeof(KeyValuePair<,>), typeof(Either<,>), typeof(Option<>), typeof(Validation<,>), typeof(ReadOnlyMemory<>),
        typeof(ReadOnlyDictionary<,>), typeof(CancellationToken), typeof(Vector128<>), typeof(Vector256<>), typeof(Vector512<>),
    ];

    /// <summary>True if objects of a type may change: the type is marked as a workspace, or is declared within one.</summary>
    public static bool IsWorkspace(Type? type) =>
        type is not null && (type.IsDefined(typeof(WorkspaceAttribute)) || IsWorkspace(type.DeclaringType));

    /// <summary>
    /// One sentence for each field that can be assigned after construction, or whose value can change. A private nested type that no
    /// field holds is left out: its objects live within one call, as a mutable local does.
    /// </summary>
    public static IEnumerable<string> Complaints(ImmutableArray<Type> types) =>
        from type in types
        where !type.IsEnum && !IsGenerated(type) && (!type.IsNestedPrivate || types.Any(holder => Holds(holder, type)))
        from field in type.GetFields(Declared)
        where !field.IsLiteral && (field.IsStatic || !IsWorkspace(type))
        where !field.IsInitOnly || !IsImmutable(field.FieldType)
        let complaint = field.IsInitOnly ? $"holds a {field.FieldType.Name}, which can change" : "can be assigned"
        select $"{type.FullName}.{field.Name} {complaint}.";

    private static bool Holds(Type holder, Type type) =>
        !IsGenerated(holder) && holder.GetFields(Declared).Any(field => Definition(field.FieldType) == Definition(type));

    // True if no object of a type can change. A type of Core is judged by its own fields.
    private static bool IsImmutable(Type type)
    {
        var (definition, isOfCore) = (Definition(type), type.Assembly == typeof(Problem).Assembly);
        return type.IsPrimitive || type.IsEnum || type.IsGenericParameter || type.IsAssignableTo(typeof(Delegate))
            || (isOfCore ? !IsWorkspace(type) : Immutable.Contains(definition) || IsImmutableCollection(definition) || IsTuple(definition))
                && type.GetGenericArguments().All(IsImmutable);
    }

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static bool IsImmutableCollection(Type definition) =>
        definition.Namespace == typeof(ImmutableArray<>).Namespace && definition.Name.StartsWith("Immutable")
        || definition.Namespace == typeof(System.Collections.Frozen.FrozenSet<>).Namespace;

    private static bool IsTuple(Type definition) => definition.IsAssignableTo(typeof(ITuple)) && definition.IsValueType;

    // Closures and iterators.
    private static bool IsGenerated(Type? type) =>
        type is not null && (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || IsGenerated(type.DeclaringType));
}
