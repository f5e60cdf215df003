using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>Laws of the gradient of a GPT's loss, by any engine.</summary>
public static class GptLaws
{
    // The error in double precision of sums in another order, relative to the largest gradient, if nothing cancels.
    private const double Reordered = 1e-13;

    /// <summary>
    /// Every parameter's derivative is the oracle's, up to 1e-10 of its own size and, in double precision, 1e-13 of the largest.
    /// </summary>
    public static Property IsTheOracle(ModelCase model, EngineOf engine, Oracle oracle, double precision = Tolerance.OfDouble)
    {
        var (loss, gradient) = (model.Loss, model.By(engine).Gradient.Values);
        var expected = gradient.Select((_, i) => oracle(loss, loss.Axis(i)));
        return Apart(model, gradient, [.. expected], g => 1e-10 * Math.Abs(g), 1e-13, precision);
    }

    /// <summary>Gradients of the rows of wte and wpe that no document uses are exactly zero.</summary>
    public static Property IsZeroForWhatIsUnused(GptCase model, EngineOf engine)
    {
        var (gradient, batch) = (model.By(engine).Gradient.Matrices(x => x), model.Batch);
        (string Name, Matrix<double> Rows, Indices Used)[] tables =
            [("wte", gradient[0], IndexInput.Tokens), ("wpe", gradient[1], IndexInput.Positions)];
        return Verdict.NoneOf(
            from table in tables
            from i in Enumerable.Range(0, table.Rows.Rows).Except(batch[table.Used])
            from j in Enumerable.Range(0, table.Rows.Columns)
            from complaint in Verdict.Unequal($"the gradient of {table.Name}[{i}, {j}], which is not used,", table.Rows[i, j], 0)
            select complaint);
    }

    /// <summary>
    /// The same number added to all logits changes no probability. So the gradients of the logits sum to zero at each position. So does
    /// each column of lm_head's gradient, which is their product with the residual stream.
    /// </summary>
    public static Property LogitGradientsSumToZero(
        GptCase model, EngineOf engine, double precision = Tolerance.OfDouble)
    {
        var head = model.By(engine).Gradient.Matrices(x => x)[2];
        var rounding = new Lazy<Matrix<double>>(() =>
            (model.Parameters with { Values = model.Loss.Rounding().Gradient }).Matrices(x => x)[2]);
        return Verdict.NoneOf(
            from j in Enumerable.Range(0, head.Columns)
            let rows = Enumerable.Range(0, head.Rows)
            from complaint in Verdict.Apart(
                $"the sum of lm_head's gradient over column {j}", rows.Sum(i => head[i, j]), 0,
                Tolerance.Units(precision) * Reordered * rows.Sum(i => Math.Abs(head[i, j])),
                () => Tolerance.Bound(precision, rows.Sum(i => rounding.Value[i, j])))
            select complaint);
    }

    /// <summary>The gradient of the rearranged model is the rearranged gradient.</summary>
    public static Property IsRearrangedWithTheModel(
        GptCase model, Symmetry symmetry, EngineOf engine, double precision = Tolerance.OfDouble)
    {
        var rearranged = symmetry.Of(model);
        return Apart(
            rearranged, rearranged.By(engine).Gradient.Values, symmetry.Of(model.By(engine).Gradient).Values, _ => 0, Reordered, precision);
    }

    /// <summary>
    /// A model whose queries and first feed-forward layers are scaled by 2ᵏ, and whose keys and second layers by 2⁻ᵏ, has the same loss to
    /// the bit; and its gradient is scaled by the opposite powers, to the bit.
    /// </summary>
    public static Property ScalesByPowersOfTwoExactly(GptCase model, int k, EngineOf engine)
    {
        var (found, expected) = ((model with { Parameters = Symmetries.Scaled(model.Parameters, k) }).By(engine), model.By(engine));
        var gradient = Symmetries.Scaled(expected.Gradient, -k).Values;
        return Verdict.NoneOf(Verdict.Unequal("the loss", found.Loss, expected.Loss).Concat(found.Gradient.Values.SelectMany((g, i) =>
            Verdict.Unequal($"the gradient of {model.Name(i)}", g, gradient[i]))));
    }

    /// <summary>A batch's gradient is the mean of its documents'.</summary>
    public static Property IsTheMeanOfTheDocuments(
        ModelCase model, EngineOf engine, double precision = Tolerance.OfDouble)
    {
        var each = model.Documents.Select((_, d) => model.Alone(d).By(engine).Gradient.Values).ToArray();
        return Apart(
            model, model.By(engine).Gradient.Values, [.. each[0].Select((_, i) => each.Average(g => g[i]))], _ => 0, Reordered, precision);
    }

    /// <summary>A batch's loss is the mean of its documents', added in their order, to the bit.</summary>
    public static Property LossIsTheMeanOfTheDocuments(ModelCase model, EngineOf engine)
    {
        var count = model.Documents.Length;
        var mean = Sum.Of(0, count, d => new Real(model.Alone(d).By(engine).Loss)) * (1.0 / count);
        return Verdict.NoneOf(Verdict.Unequal("the loss", model.By(engine).Loss, mean.Plain));
    }

    /// <summary>
    /// The loss of a document and the next one is the mean of their losses, to the bit: no document's loss depends on its neighbour. The
    /// sum is rounded to the precision, and half of it is exact.
    /// </summary>
    public static Property LossDoesNotDependOnNeighbours(ModelCase model, EngineOf engine, double precision = Tolerance.OfDouble)
    {
        var (documents, alone) = (model.Documents, model.Documents.Select((_, d) => model.Alone(d).By(engine).Loss).ToArray());
        return Verdict.NoneOf(Enumerable.Range(0, documents.Length).SelectMany(d =>
        {
            var next = (d + 1) % documents.Length;
            var found = (model with { Documents = [documents[d], documents[next]] }).By(engine).Loss;
            return Verdict.Unequal($"the loss of documents {d} and {next}", found, Rounded(alone[d] + alone[next]) / 2);
        }));

        double Rounded(double x) => precision == Tolerance.OfSingle ? (float)x : x;
    }

    /// <summary>
    /// Two gradients agree within a bound of each derivative and, in double precision, of the largest one. The latter is scaled to the
    /// precision. Where gradients cancel, as in a model that is sure of its prediction, the bound is their rounding error.
    /// </summary>
    internal static Property Apart(
        ModelCase model, ImmutableArray<double> actual, ImmutableArray<double> expected, Func<double, double> own, double ofLargest,
        double precision = Tolerance.OfDouble)
    {
        var (largest, rounding) = (expected.Max(Math.Abs), new Lazy<ImmutableArray<double>>(() => model.Loss.Rounding().Gradient));
        return Verdict.NoneOf(actual.SelectMany((g, i) => Verdict.Apart(
            $"the gradient of {model.Name(i)}", g, expected[i], own(expected[i]) + Tolerance.Units(precision) * ofLargest * largest,
            () => Tolerance.Bound(precision, 2 * rounding.Value[i]))));
    }
}
