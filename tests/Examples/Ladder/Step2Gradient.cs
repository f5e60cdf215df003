#:project ../../../Core/Core.csproj
// Step 2, the gradient. Counting finds the best table, and cannot find the best of anything else. Steps against the gradient find the table
// as well, from equal chances, and need nothing but a derivative, which is found by hand. This prints:
//
//   step    1: validation loss 3.1903
//   step   10: validation loss 2.7655
//   step  100: validation loss 2.5014
//   step 1000: validation loss 2.4612

using System.Collections.Immutable;

const double Rate = 20;
var (tokenizer, learned, heldOut) = Names.Load();
var pairs = learned.SelectMany(Pairs).CountBy(pair => pair).ToArray();
var (size, total) = (tokenizer.VocabSize, pairs.Sum(pair => pair.Value));
var logits = Zeros();
for (var step = 1; step <= 1000; step++)
{
    var (p, gradient) = (Probabilities(), Zeros());
    foreach (var ((last, next), count) in pairs)
    {
        // The loss of a pair is -log p(next). Its derivative by the logit of t is p(t), less 1 where t is the next.
        for (var t = 0; t < size; t++) gradient[last][t] += p[last][t] * count / total;
        gradient[last][next] -= (double)count / total;
    }
    logits = [.. logits.Zip(gradient, (row, slopes) => row.Zip(slopes, (x, slope) => x - Rate * slope).ToArray())];
    if (step is 1 or 10 or 100 or 1000) Console.WriteLine($"step {step,4}: validation loss {Loss(Probabilities()):F4}");
}

double[][] Zeros() => [.. Enumerable.Range(0, size).Select(_ => new double[size])];

double[][] Probabilities() =>
    [.. logits.Select(row => row.Select(Math.Exp).ToArray()).Select(exps => exps.Select(x => x / exps.Sum()).ToArray())];

double Loss(double[][] p) => heldOut.SelectMany(Pairs).Average(pair => -Math.Log(p[pair.Last][pair.Next]));

static IEnumerable<(int Last, int Next)> Pairs(ImmutableArray<int> document) => document.Zip(document.Skip(1));
