#:project ../../Core/Core.csproj
// Nothing in Autograd knows about GPTs. Here are two other models in the same language: a bigram, whose lowest loss follows from
// counting, and an MLP, which sees one more character and has a lower loss. This prints:
//
//   bigram, by counting: loss 1.6586
//   bigram, step   0: loss 3.2384
//   bigram, step  50: loss 1.6860
//   bigram, step 100: loss 1.6716
//   bigram, step 150: loss 1.6671
//   mlp, step   0: loss 3.3348
//   mlp, step  50: loss 1.6557
//   mlp, step 100: loss 1.2541
//   mlp, step 150: loss 1.0015

using MicroGpt;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;

string[] trees =
[
    "alder", "apple", "ash", "aspen", "bay", "beech", "birch", "box", "cedar", "cherry", "elder", "elm", "fig", "fir", "hazel",
    "holly", "larch", "laurel", "lemon", "lime", "maple", "oak", "olive", "palm", "pear", "pine", "plane", "plum", "poplar", "rowan",
    "walnut", "yew",
];

// At each position: the token that came last, the one before it, and the one that comes next.
Indices last = new("last"), before = new("before"), next = new("next");
var tokenizer = Tokenizer.Of(new([.. trees]));
var (bos, n) = (tokenizer.Alphabet.Length, tokenizer.VocabSize);
var tokens = trees.Select(tree => tokenizer.Document(tree).OrThrow()).ToArray();
var inputs = Inputs.Of(Packing.Of(tokens.Sum(document => document.Length - 1)))
    .With(last, [.. tokens.SelectMany(document => document[..^1])])
    .With(before, [.. tokens.SelectMany(document => document[..^2].Prepend(bos))])
    .With(next, [.. tokens.SelectMany(document => document[1..])]);

var pairs = inputs[last].Zip(inputs[next]).ToArray();
var counted = pairs.Average(pair => -Math.Log((double)pairs.Count(p => p == pair) / pairs.Count(p => p.Item1 == pair.Item1)));
Console.WriteLine($"bigram, by counting: loss {counted:F4}");

// A bigram is a row of logits for each token.
Variable table = new("table", new(n, n));
Learn("bigram", table.Gather(last), rate: 60, table);

// An MLP has embeddings, a hidden layer and logits.
Variable wte = new("wte", new(n, 8)), w1 = new("w1", new(16, 8)), w2 = new("w2", new(16, 8)), w3 = new("w3", new(n, 16));
Learn("mlp", (wte.Gather(last).Linear(w1) + wte.Gather(before).Linear(w2)).Relu().Linear(w3), rate: 1.5, wte, w1, w2, w3);

void Learn(string name, Expr logits, double rate, params Variable[] variables)
{
    var loss = logits.CrossEntropy(next).MeanRows().MeanRows();
    var gradient = loss.Backward();
    Expr[] wanted = [loss, .. variables.Select(variable => gradient[variable])];

    var random = PythonRandom.Seed(42);
    var values = variables.Select(variable => Matrix<Real>.Of(variable.Shape.Rows.IfFixed!.Value, variable.Shape.Columns, (_, _) =>
    {
        (var number, random) = random.Gauss(0, 0.3);
        return new(number);
    })).ToArray();
    for (var step = 0; step <= 150; step++)
    {
        var here = variables.Zip(values).Aggregate(Environment<Real>.Of(inputs), (bound, pair) => bound.With(pair.Item1, pair.Item2));
        var found = Evaluation.Evaluate([.. wanted], here);
        if (step % 50 == 0) Console.WriteLine($"{name}, step {step,3}: loss {found[0][0, 0].Plain:F4}");
        values = [.. values.Zip(found.Skip(1), (x, g) => Matrix<Real>.Of(x.Rows, x.Columns, (i, j) => x[i, j] - g[i, j] * rate))];
    }
}
