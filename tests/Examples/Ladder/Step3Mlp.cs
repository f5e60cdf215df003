#:project ../../../Core/Core.csproj
// Step 3, a multilayer perceptron (Bengio et al., 2003). A table cannot look back three characters, because most of its 19,683 rows would
// never be seen. Here a character is a row of numbers, and what is learned of one serves others like it. This prints:
//
//   validation loss 2.2617

using System.Collections.Immutable;
using MicroGpt.Randomness;

const int Columns = 16, Hidden = 64, Steps = 2000, BatchSize = 32;
const double Rate = 1;
var (tokenizer, learned, heldOut) = Names.Load();
var (wte, w, lmHead) = (tokenizer.VocabSize * Columns, Hidden * Columns, tokenizer.VocabSize * Hidden); // the sizes of the matrices
var p = PythonRandom.Seed(42).Repeat(wte + 3 * w + lmHead, random => random.Gauss(0, 0.08)).Value.ToArray();
for (var step = 0; step < Steps; step++)
{
    var gradient = new double[p.Length];
    for (var k = 0; k < BatchSize; k++) Learn(learned[(step * BatchSize + k) % learned.Length], gradient);
    for (var i = 0; i < p.Length; i++) p[i] -= Rate / BatchSize * gradient[i];
}
var loss = heldOut.Sum(document => Learn(document, new double[p.Length])) / heldOut.Sum(document => document.Length - 1);
Console.WriteLine($"validation loss {loss:F4}");

// The loss of a document, a sum over its characters. The gradient of their mean is added to dp.
double Learn(ImmutableArray<int> document, double[] dp)
{
    var (sum, head) = (0.0, ^lmHead..);
    for (var i = 1; i < document.Length; i++)
    {
        Range[] rows = [.. Enumerable.Range(1, 3).Select(back => Part(document[Math.Max(0, i - back)] * Columns, Columns))];
        var (hidden, logits, slopes) = (new double[Hidden], new double[tokenizer.VocabSize], new double[Hidden]);
        for (var c = 0; c < 3; c++) Multiply(p.AsSpan(Part(wte + c * w, w)), p.AsSpan(rows[c]), hidden);
        for (var h = 0; h < Hidden; h++) hidden[h] = Math.Tanh(hidden[h]);
        Multiply(p.AsSpan(head), hidden, logits);
        var total = logits.Sum(Math.Exp);
        sum += Math.Log(total) - logits[document[i]];

        for (var t = 0; t < logits.Length; t++)
            logits[t] = (Math.Exp(logits[t]) / total - (t == document[i] ? 1 : 0)) / (document.Length - 1);
        PullBack(p.AsSpan(head), dp.AsSpan(head), hidden, slopes, logits);
        for (var h = 0; h < Hidden; h++) slopes[h] *= 1 - hidden[h] * hidden[h];
        for (var c = 0; c < 3; c++)
            PullBack(p.AsSpan(Part(wte + c * w, w)), dp.AsSpan(Part(wte + c * w, w)), p.AsSpan(rows[c]), dp.AsSpan(rows[c]), slopes);
    }
    return sum;
}

static Range Part(int start, int length) => start..(start + length);

static void Multiply(Span<double> w, Span<double> x, Span<double> y) // y += w·x
{
    for (var i = 0; i < y.Length; i++) for (var j = 0; j < x.Length; j++) y[i] += w[i * x.Length + j] * x[j];
}

static void PullBack(Span<double> w, Span<double> dw, Span<double> x, Span<double> dx, Span<double> dy) // dx += wᵀ·dy, dw += dy·xᵀ
{
    for (var i = 0; i < dy.Length; i++)
        for (var j = 0; j < x.Length; j++)
            (dx[j], dw[i * x.Length + j]) = (dx[j] + w[i * x.Length + j] * dy[i], dw[i * x.Length + j] + dy[i] * x[j]);
}
