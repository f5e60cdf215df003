#:project ../../../Core/Core.csproj
// Step 1, counts. How often each character follows each is a model already. Each count starts from 1, so that no pair is impossible.
// This prints:
//
//   validation loss 2.4580

using System.Collections.Immutable;

var (tokenizer, learned, heldOut) = Names.Load();
double[][] counts = [.. Enumerable.Range(0, tokenizer.VocabSize).Select(_ => Enumerable.Repeat(1.0, tokenizer.VocabSize).ToArray())];
foreach (var (last, next) in learned.SelectMany(Pairs)) counts[last][next]++;
var loss = heldOut.SelectMany(Pairs).Average(pair => -Math.Log(counts[pair.Last][pair.Next] / counts[pair.Last].Sum()));
Console.WriteLine($"validation loss {loss:F4}");

static IEnumerable<(int Last, int Next)> Pairs(ImmutableArray<int> document) => document.Zip(document.Skip(1));
