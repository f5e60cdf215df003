using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Laws of each operation, beside <see cref="DerivativeLaws"/>.</summary>
public static class OperationLaws
{
    /// <summary>An operation has one value, to the bit, at every kind of number. Kinds differ in the derivatives they carry.</summary>
    public static Property HasOneValue(RandomFormula f)
    {
        var (expression, variables) = f.Symbolic();
        return EquivalenceLaws.HasOneValue(f).And(Verdict.NoneOf(Verdict.Unequal(
            "the expression's value", variables.At(f.Point, expression)[0].Plain, f.Along(f.Point, (x, _) => new Real(x)).Plain)));
    }

    /// <summary>A cotangent c of the result scales the partials exactly.</summary>
    public static Property ScalesWithItsCotangent(RandomFormula f, double c)
    {
        var partials = f.ByReverseMode();
        var scaled = f.Then(new Scaled(c)).ByReverseMode();
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, f.Point.Length)
            from complaint in Verdict.Unequal($"∂(c·f)/∂x{i}", scaled[i] + 0.0, partials[i] * c + 0.0)
            select complaint);
    }
}
