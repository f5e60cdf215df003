using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Examples;

/// <summary>The models of the examples, and the original's beside them.</summary>
public static class ExampleModels
{
    /// <summary>The models of the sizes of a GPT, by name. The first is the original's GPT.</summary>
    public static ImmutableArray<(string Name, LanguageModel Model)> Of(Configuration c) =>
        [("GPT", new Gpt(c).Model), ("Bigram", Bigram.Of(c)), ("Mlp", Mlp.Of(c)), ("Gpt2", Gpt2.Of(c)), ("Llama", Llama.Of(c))];
}
