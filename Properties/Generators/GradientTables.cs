using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>A gradient map as data: the gradient of each of four variables, or null where none was reached.</summary>
public abstract record GradientTable(ImmutableArray<double?> Gradients)
{
    /// <summary>The variables of all tables. Their values do not matter.</summary>
    public static ImmutableArray<Value<Real>> Variables { get; } = [.. Enumerable.Range(0, 4).Select(_ => Value<Real>.Variable(new(0)))];

    /// <summary>The map.</summary>
    public GradientMap<Value<Real>, Real> Map => new(
        from i in Enumerable.Range(0, Variables.Length)
        where Gradients[i] is not null
        select KeyValuePair.Create(Variables[i], new Real(Gradients[i]!.Value)));

    public sealed override string ToString() =>
        $"({string.Join(", ", Gradients.Select(x => x is null ? "none" : FormattableString.Invariant($"{x:R}")))})";
}

/// <summary>A table of real numbers.</summary>
public sealed record RealGradients(ImmutableArray<double?> Gradients) : GradientTable(Gradients);

/// <summary>A table of integers so small that no sum rounds.</summary>
public sealed record IntegerGradients(ImmutableArray<double?> Gradients) : GradientTable(Gradients);

/// <summary>Generators of tables of gradients.</summary>
public static class GradientTables
{
    public static Arbitrary<RealGradients> Real { get; } = Of(Reals.Signed(1e-6, 1e6), gradients => new RealGradients(gradients));

    public static Arbitrary<IntegerGradients> Integer { get; } =
        Of(Gen.Choose(-1000, 1000).Select(x => (double)x), gradients => new IntegerGradients(gradients));

    private static Arbitrary<T> Of<T>(Gen<double> numbers, Func<ImmutableArray<double?>, T> table) where T : GradientTable => Arb.From(
        Gen.OneOf(numbers.Select(x => (double?)x), Gen.Constant<double?>(null)).ArrayOf(GradientTable.Variables.Length)
            .Select(gradients => table([.. gradients])),
        simplified =>
            from i in Enumerable.Range(0, simplified.Gradients.Length)
            where simplified.Gradients[i] is not null
            from simpler in new double?[] { null, 1 }
            where simplified.Gradients[i] != simpler
            select table(simplified.Gradients.SetItem(i, simpler)));
}
