// The names are the same for all steps of the ladder: nine tenths to learn, and the last tenth to be judged by.

using System.Collections.Immutable;
using MicroGpt;
using MicroGpt.Randomness;
using MicroGpt.Text;
using Documents = System.Collections.Immutable.ImmutableArray<System.Collections.Immutable.ImmutableArray<int>>;

internal static class Names
{
    private const string Path = "input.txt";

    /// <summary>The tokenizer, and the names as tokens, with BOS at both ends. Without names, the program ends.</summary>
    public static (Tokenizer Tokenizer, Documents Learned, Documents HeldOut) Load()
    {
        if (!File.Exists(Path))
        {
            Console.Error.WriteLine($"{Path} is not here; `dotnet run --project Shell -- --steps 1` downloads the names.");
            Environment.Exit(1);
        }
        var corpus = Corpus.Parse(File.ReadAllBytes(Path), Path, Split.Lines).OrThrow().Shuffle(PythonRandom.Seed(42)).Value;
        var (kept, heldOut) = corpus.HoldOut(0.1).OrThrow();
        var tokenizer = Tokenizer.Of(corpus);
        return (tokenizer, Encode(kept.Documents), Encode(heldOut));

        Documents Encode(ImmutableArray<string> names) => [.. names.Select(name => tokenizer.Document(name).OrThrow())];
    }
}
