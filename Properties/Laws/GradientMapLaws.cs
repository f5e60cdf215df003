using FsCheck;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Pointwise addition of gradient maps: under test.</summary>
public delegate GradientMap<Value<Real>, Real> Addition(GradientMap<Value<Real>, Real> f, GradientMap<Value<Real>, Real> g);

/// <summary>Gradient maps are a commutative monoid.</summary>
public static class GradientMapLaws
{
    /// <summary>f + 0 = f = 0 + f, to the bit, and reaches the same variables.</summary>
    public static Property HasAnIdentity(GradientTable f, Addition plus)
    {
        var empty = GradientMap<Value<Real>, Real>.Empty;
        return Verdict.NoneOf([.. Unequal(plus(f.Map, empty), f.Map), .. Unequal(plus(empty, f.Map), f.Map)]);
    }

    /// <summary>f + g = g + f, to the bit.</summary>
    public static Property Commutes(GradientTable f, GradientTable g, Addition plus) =>
        Verdict.NoneOf(Unequal(plus(f.Map, g.Map), plus(g.Map, f.Map)));

    /// <summary>(f + g) + h = f + (g + h): exactly, where no sum rounds.</summary>
    public static Property IsAssociativeExactly(IntegerGradients f, IntegerGradients g, IntegerGradients h, Addition plus) =>
        Verdict.NoneOf(Unequal(plus(plus(f.Map, g.Map), h.Map), plus(f.Map, plus(g.Map, h.Map))));

    /// <summary>(f + g) + h = f + (g + h): up to the two roundings on either side.</summary>
    public static Property IsAssociativeToRounding(RealGradients f, RealGradients g, RealGradients h, Addition plus)
    {
        var (left, right) = (plus(plus(f.Map, g.Map), h.Map), plus(f.Map, plus(g.Map, h.Map)));
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, GradientTable.Variables.Length)
            let x = GradientTable.Variables[i]
            let largest = Math.Abs(f.Map[x].Plain) + Math.Abs(g.Map[x].Plain) + Math.Abs(h.Map[x].Plain)
            from complaint in Verdict.Apart($"x{i}", left[x].Plain, right[x].Plain, 4 * largest * Math.ScaleB(1, -53))
            select complaint);
    }

    /// <summary>(f + g)(x) = f(x) + g(x): the sum is pointwise, and reaches what either reaches.</summary>
    public static Property IsPointwise(GradientTable f, GradientTable g, Addition plus)
    {
        var (sum, reached) = (plus(f.Map, g.Map), f.Map.Variables.Union(g.Map.Variables));
        return Verdict.NoneOf(
        [
            .. from i in Enumerable.Range(0, GradientTable.Variables.Length)
               let x = GradientTable.Variables[i]
               from complaint in Verdict.Unequal($"x{i}", sum[x].Plain, f.Map[x].Plain + g.Map[x].Plain)
               select complaint,
            .. sum.Variables.ToHashSet().SetEquals(reached) ? (string[])[] : ["other variables are reached"],
        ]);
    }

    private static IEnumerable<string> Unequal(GradientMap<Value<Real>, Real> actual, GradientMap<Value<Real>, Real> expected) =>
    [
        .. from i in Enumerable.Range(0, GradientTable.Variables.Length)
           let x = GradientTable.Variables[i]
           from complaint in Verdict.Unequal($"x{i}", actual[x].Plain, expected[x].Plain)
           select complaint,
        .. actual.Variables.ToHashSet().SetEquals(expected.Variables) ? (string[])[] : ["other variables are reached"],
    ];
}
