using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>The logits of a model at each position of its documents: under test.</summary>
public delegate Matrix<double> Logits<in TCase>(TCase model) where TCase : ModelCase;

/// <summary>Laws of logits: their dependencies and their precision.</summary>
public static class LogitLaws
{
    /// <summary>The logits of all documents in one batch.</summary>
    public static Matrix<double> AtOnce(ModelCase model) => model.Value(model.Logits);

    /// <summary>The value of an expression for the logits of a GPT.</summary>
    public static Logits<GptCase> Of(Func<Gpt, Expr> logits) => model => model.Value(logits(model.Gpt));

    /// <summary>The logits position by position, with a key/value cache.</summary>
    public static Logits<GptCase> Cached(Func<Gpt, Parameters, Decoder> decoding) =>
        Decoded<GptCase>(model => decoding(model.Gpt, model.Parameters));

    /// <summary>The logits position by position, by a decoder.</summary>
    public static Logits<TCase> Decoded<TCase>(Func<TCase, Decoder> decoding) where TCase : ModelCase => model =>
    {
        var (decoder, batch, rows) = (decoding(model), model.Batch, ImmutableArray.CreateBuilder<double>());
        for (var (i, cache) = (0, KeyValueCache.Empty); i < batch.Packing.Positions; i++)
        {
            var before = batch.Packing.PositionOf(i) == 0 ? KeyValueCache.Empty : cache;
            (var logits, cache) = decoder.Step(before, batch[IndexInput.Tokens][i]);
            rows.AddRange(logits);
        }
        return new(batch.Packing.Positions, model.Model.VocabSize, rows.ToImmutable());
    };

    /// <summary>A change of a token changes no bit of the logits before it, or of other documents.</summary>
    public static Property LookOnlyBack<TCase>(TCase model, Logits<TCase> logits) where TCase : ModelCase
    {
        var (before, packing) = (logits(model), model.Batch.Packing);
        return Verdict.NoneOf(
            from changed in Enumerable.Range(0, packing.Positions)
            let after = logits(WithAnotherToken(model, packing.DocumentOf[changed], packing.PositionOf(changed)))
            from i in Enumerable.Range(0, packing.Positions)
            where i < changed || packing.DocumentOf[i] != packing.DocumentOf[changed]
            from complaint in Unequal($"with another token in row {changed},", i, after, before, i)
            select complaint);
    }

    /// <summary>A document has the same logits by itself as among others, to the bit.</summary>
    public static Property IgnoreOtherDocuments<TCase>(TCase model, Logits<TCase> logits) where TCase : ModelCase
    {
        var (packed, packing) = (logits(model), model.Batch.Packing);
        return Verdict.NoneOf(
            from d in Enumerable.Range(0, packing.Documents)
            let alone = logits(model.Alone(d))
            from i in Enumerable.Range(0, packing.LengthOf(d))
            from complaint in Unequal("among other documents,", packing.Starts[d] + i, packed, alone, i)
            select complaint);
    }

    /// <summary>Two ways to compute the logits agree, up to a share of the largest logit.</summary>
    public static Property AreTheSame<TCase>(TCase model, Logits<TCase> logits, Logits<TCase> expected, double relative = 0)
        where TCase : ModelCase
    {
        var (actual, reference) = (logits(model), expected(model));
        var largest = reference.Entries.Max(Math.Abs);
        return Verdict.NoneOf(Enumerable.Range(0, reference.Entries.Length).SelectMany(k => Verdict.Apart(
            $"logit {k % reference.Columns} of row {k / reference.Columns}", actual.Entries[k], reference.Entries[k], relative * largest)));
    }

    /// <summary>
    /// Logits computed in a precision are right up to its rounding errors: the running error of plain loops, and the error of flushing
    /// to zero.
    /// </summary>
    public static Property AreRightToTheirPrecision<TCase>(TCase model, Logits<TCase> logits, double precision) where TCase : ModelCase
    {
        if (!Tolerance.IsBoundedByRunningError(precision, [model.Logits], model.Rounded)) return Verdict.NoneOf([]);
        var (actual, expected) = (logits(model), model.Logits.Evaluate(model.Rounded));
        return Verdict.NoneOf(expected.Entries.SelectMany((e, k) => Verdict.Apart(
            $"logit {k % expected.Columns} of row {k / expected.Columns}",
            actual.Entries[k],
            e.Plain,
            Tolerance.Bound(precision, e.Error))));
    }

    private static TCase WithAnotherToken<TCase>(TCase model, int document, int position) where TCase : ModelCase
    {
        var tokens = model.Documents[document];
        var another = (tokens[position] + 1) % model.Model.VocabSize;
        return (TCase)(model with { Documents = model.Documents.SetItem(document, tokens.SetItem(position, another)) });
    }

    private static IEnumerable<string> Unequal(string when, int row, Matrix<double> actual, Matrix<double> expected, int expectedRow) =>
        Enumerable.Range(0, actual.Columns).SelectMany(j =>
            Verdict.Unequal($"{when} logit {j} of row {row}", actual[row, j], expected[expectedRow, j]));
}
