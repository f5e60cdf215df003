using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;

namespace MicroGpt.Facts;

/// <summary>Records are values: they are equal when their contents are.</summary>
public class EqualityFacts
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The records of Core with a member that is an immutable array, except workspaces and private records.</summary>
    public static TheoryData<Type> Records =>
        [.. from type in typeof(Gpt).Assembly.GetTypes()
            where !type.IsAbstract && !type.IsNestedPrivate && !type.IsDefined(typeof(WorkspaceAttribute)) && IsRecord(type)
            where Arrays(type).Any()
            select type];

    [Theory, MemberData(nameof(Records), DisableDiscoveryEnumeration = true)]
    public void A_record_with_equal_arrays_is_equal(Type record)
    {
        Assert.Equal(WithArrays(record, length: 1), WithArrays(record, length: 1));
        Assert.Equal(WithArrays(record, length: 1).GetHashCode(), WithArrays(record, length: 1).GetHashCode());
        foreach (var field in Arrays(record))
        {
            var other = WithArrays(record, length: 1);
            field.SetValue(other, NewArray(field.FieldType, length: 2));
            Assert.NotEqual(WithArrays(record, length: 1), other);
        }
    }

    [Theory, MemberData(nameof(Records), DisableDiscoveryEnumeration = true)]
    public void A_record_with_another_member_is_not_equal(Type record)
    {
        Assert.False(WithArrays(record, length: 1).Equals(null));
        foreach (var field in record.GetFields(Instance).Where(field => !IsArray(field.FieldType)))
        {
            if (Another(field.FieldType) is not { } another) continue;
            var (one, other) = (WithArrays(record, length: 1), WithArrays(record, length: 1));
            field.SetValue(other, another);
            Assert.False(one.Equals(other), $"{record.Name} ignores {field.Name}");
        }
    }

    [Fact]
    public void Equal_texts_are_equal_corpora_and_equal_seeds_equal_generators_and_parameters()
    {
        var configuration = Configuration.Create(2, 1, 1, 2, 3).OrThrow();
        Assert.Equal(Corpus.Parse("anna\nbob"u8, "a", Split.Lines).OrThrow(), Corpus.Parse("anna\r\nbob\n"u8, "b", Split.Lines).OrThrow());
        Assert.Equal(PythonRandom.Seed(1), PythonRandom.Seed(1));
        Assert.Equal(Drawn(seed: 1), Drawn(seed: 1));
        Assert.NotEqual(Drawn(seed: 1), Drawn(seed: 2));

        Parameters Drawn(int seed) => Parameters.Draw(configuration.Table, PythonRandom.Seed(seed)).Value;
    }

    // A record whose arrays are new and whose other members are the default of their type.
    private static object WithArrays(Type record, int length)
    {
        var instance = RuntimeHelpers.GetUninitializedObject(record);
        foreach (var field in Arrays(record))
            field.SetValue(instance, NewArray(field.FieldType, length));
        return instance;
    }

    // A value of a type that is not its default, or null if this does not know one.
    private static object? Another(Type type)
    {
        if (type == typeof(string)) return "another";
        if (type.IsEnum) return Enum.ToObject(type, 1);
        if (type.IsPrimitive) return Convert.ChangeType(1, type, CultureInfo.InvariantCulture);
        if (type.IsAbstract || type.IsAssignableTo(typeof(Delegate)) || type.IsArray || IsArray(type)) return null;
        var value = RuntimeHelpers.GetUninitializedObject(Nullable.GetUnderlyingType(type) ?? type);
        if (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null) return value;
        var others = type.GetFields(Instance).Select(field => (Field: field, Value: Another(field.FieldType)))
            .Where(other => other.Value is not null).ToArray();
        foreach (var other in others) other.Field.SetValue(value, other.Value);
        return others.Length > 0 ? value : null;
    }

    private static object NewArray(Type type, int length)
    {
        var element = type.GetGenericArguments()[0];
        var items = Array.CreateInstance(element, length);
        for (var i = 0; IsArray(element) && i < length; i++) items.SetValue(NewArray(element, length: 1), i);
        return typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == nameof(ImmutableArray.Create)
                && method.GetParameters() is [{ ParameterType: { IsArray: true } }])
            .MakeGenericMethod(element).Invoke(null, [items])!;
    }

    private static IEnumerable<FieldInfo> Arrays(Type type) => type.GetFields(Instance).Where(field => IsArray(field.FieldType));

    private static bool IsArray(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    // The compiler gives every record a method of this name.
    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Instance) is not null;
}
