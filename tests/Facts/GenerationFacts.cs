using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

public class GenerationFacts
{
    private static readonly Tokenizer Tokenizer = Tokenizer.Of(new(["anna", "bob"]));
    private static readonly Gpt Gpt = new(Configuration.Create(4, 2, 1, 6, Tokenizer.VocabSize).OrThrow());
    private static readonly Parameters Parameters = Drawn();
    private static readonly Decoder Decoder = Decoder.Of(Gpt, Parameters);

    // e to these is 0.1, 0.4, 0.3, 0.2.
    private static readonly ImmutableArray<double> Logits = [Math.Log(0.1), Math.Log(0.4), Math.Log(0.3), Math.Log(0.2)];

    [Theory]
    [InlineData(4, 1.0, 0.1, 0.4, 0.3, 0.2)]
    [InlineData(2, 1.0, 0.0, 4 / 7.0, 3 / 7.0, 0.0)]
    [InlineData(1, 1.0, 0.0, 1.0, 0.0, 0.0)]
    [InlineData(9, 0.5, 0.0, 4 / 7.0, 3 / 7.0, 0.0)]
    [InlineData(9, 0.39, 0.0, 1.0, 0.0, 0.0)]
    [InlineData(3, 0.8, 0.0, 4 / 9.0, 3 / 9.0, 2 / 9.0)]
    [InlineData(9, 1e-300, 0.0, 1.0, 0.0, 0.0)]
    public void Top_k_and_top_p_keep_the_likeliest_tokens_and_scale_them_to_one(int topK, double topP, params double[] expected)
    {
        var probabilities = new SamplingOptions(1, topK, topP).Probabilities(Logits);
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(expected[i], probabilities[i], 1e-15)); // a few roundings
        Assert.Equal(expected.Select(p => p == 0), probabilities.Select(p => p == 0));
    }

    [Fact]
    public void Of_equally_likely_tokens_top_k_keeps_the_first() =>
        Assert.Equal<double[]>([0.5, 0.5, 0, 0], [.. (SamplingOptions.Of(1) with { TopK = 2 }).Probabilities([0, 0, 0, 0])]);

    [Fact]
    public void A_nucleus_ends_where_its_probabilities_add_up_to_p() =>
        Assert.Equal<double[]>([1, 0, 0], [.. (SamplingOptions.Of(1) with { TopP = 0.5 }).Truncate([0.5, 0.25, 0.25])]);

    [Fact]
    public void Without_top_k_and_top_p_the_probabilities_are_those_of_the_temperature_to_the_bit()
    {
        var random = PythonRandom.Seed(3);
        for (var i = 0; i < 100; i++)
        {
            (var logits, random) = random.Repeat(5, r => r.Gauss(0, 3));
            Recorded.EqualBits([.. ((Temperature)0.7).Probabilities(logits)], SamplingOptions.Of(0.7).Probabilities(logits));
        }
    }

    [Fact]
    public void At_temperature_0_the_first_of_the_largest_logits_is_certain() => Assert.Equal<double[]>(
        [0, 1, 0, 0], [.. (SamplingOptions.Of(Temperature.Greedy) with { TopK = 3, TopP = 0.1 }).Probabilities([1, 3, 3, 2])]);

    // Where the largest logit leads by g, softmax at temperature g/1000 gives the others at most e^-1000, which rounds to 0.
    [Fact]
    public void Greedy_decoding_is_the_limit_of_low_temperatures()
    {
        var random = PythonRandom.Seed(3);
        for (var i = 0; i < 100; i++)
        {
            (var logits, random) = random.Repeat(5, r => r.Gauss(0, 3));
            var lead = logits.Max() - logits.OrderDescending().ElementAt(1);
            var (limit, greedy) = (SamplingOptions.Of(lead / 1000).Probabilities(logits), SamplingOptions.Of(0).Probabilities(logits));
            Assert.Equal(limit.AsEnumerable(), greedy);
        }
    }

    [Fact]
    public void A_temperature_below_0_is_refused_by_its_name() => Assert.StartsWith(
        "temperature is -1;", Assert.Throws<InvalidOperationException>(() => (Temperature)(-1.0)).Message);

    [Fact]
    public void Caches_share_the_positions_before_they_branch()
    {
        var trunk = KeyValueCache.Empty.With(1, []).With(2, []);
        var (one, two) = (trunk.With(3, []).With(4, []), trunk.With(3, []));
        Assert.Equal(2, one.SharedLength(two));
        Assert.Equal(2, two.SharedLength(one));
        Assert.Equal(2, trunk.SharedLength(one));
        Assert.Equal(4, one.SharedLength(one));
        Assert.Equal(0, one.SharedLength(KeyValueCache.Empty.With(1, [])));
        Assert.Equal((0, -1), (KeyValueCache.Empty.Length, KeyValueCache.Empty.Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bo")]
    public void Greedy_decoding_takes_the_likeliest_tokens_and_draws_nothing(string prompt)
    {
        var (tokens, random) = (Tokenizer.Encode(prompt).OrThrow(), PythonRandom.Seed(1));
        var document = Sampling.Document(Decoder, SamplingOptions.Of(Temperature.Greedy), tokens, random).OrThrow();
        var likeliest = Sampling.Document(Decoder, SamplingOptions.Of(1) with { TopK = 1 }, tokens, random).OrThrow();
        Assert.Equal(likeliest.Tokens.AsEnumerable(), document.Tokens);
        Assert.NotEqual(random, likeliest.Next);
        Assert.Equal(random, document.Next);
    }

    [Theory]
    [InlineData(double.NaN, 0.0)]
    [InlineData(double.PositiveInfinity, 0.0)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity)]
    public void Greedy_decoding_of_logits_without_a_largest_number_is_a_problem(params double[] logits)
    {
        var decoder = new Decoder(Gpt.Configuration.BlockSize, Gpt.Configuration.VocabSize, (cache, _) => ([.. logits], cache));
        Assert.StartsWith(
            "The probabilities of the next token are not numbers;",
            Sampling.Document(decoder, SamplingOptions.Of(Temperature.Greedy), [], PythonRandom.Seed(1)).ProblemOrThrow().Sentence);
    }

    [Fact]
    public void A_document_begins_with_the_prompt_and_fits_the_block()
    {
        ImmutableArray<int> prompt = Tokenizer.Encode("bo").OrThrow();
        var documents = Sampling.Documents(Decoder, SamplingOptions.Of(1), prompt, PythonRandom.Seed(1)).Take(50).ToArray();
        Assert.Equal(50, documents.Length);
        foreach (var document in documents.Select(generated => generated.OrThrow()))
        {
            Assert.StartsWith("bo", Tokenizer.Decode(document.Tokens.AsSpan()));
            Assert.True(document.Tokens.Length == 6 || Tokenizer.Bos == document.Tokens[^1]);
            Assert.InRange(document.Tokens.Length, 3, 6);
            Assert.DoesNotContain(4, document.Tokens[..^1]);
        }
    }

    [Theory]
    [InlineData("annabo")]
    [InlineData("annabobanna")]
    public void A_prompt_that_fills_the_block_is_followed_by_at_most_another_block(string text)
    {
        var prompt = Tokenizer.Encode(text).OrThrow();
        var documents = Sampling.Documents(Decoder, SamplingOptions.Of(1), prompt, PythonRandom.Seed(1));
        foreach (var document in documents.Take(50).Select(generated => generated.OrThrow()))
        {
            Assert.StartsWith(text, Tokenizer.Decode(document.Tokens.AsSpan()));
            Assert.True(document.Choices.Length == 6 || Tokenizer.Bos == document.Tokens[^1]);
            Assert.InRange(document.Choices.Length, 1, 6);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(20)]
    public void A_document_of_a_given_length_may_exceed_the_block(int length)
    {
        var document = Sampling.Document(NeverBos(), SamplingOptions.Of(1), [0], PythonRandom.Seed(1), length).OrThrow();
        Assert.Equal(length, document.Choices.Length);
    }

    [Fact]
    public void A_length_without_end_costs_no_memory()
    {
        var text = Sampling.Text(Decoder, SamplingOptions.Of(1), [0], Tokenizer.Bos, int.MaxValue, PythonRandom.Seed(1)).OrThrow();
        Assert.Equal(Tokenizer.Bos, text.Tokens[^1]);
    }

    [Fact]
    public void Tokens_without_end_begin_as_a_text_does()
    {
        var (options, random) = (SamplingOptions.Of(1), PythonRandom.Seed(1));
        var text = Sampling.Text(Decoder, options, [0], Option<int>.None, 10, random).OrThrow();
        var tokens = Sampling.Tokens(Decoder, options, [0], random).Take(10).Select(token => token.OrThrow()).ToArray();
        Assert.Equal(text.Choices.AsEnumerable(), tokens.Select(token => token.Choice));
        Assert.Equal(text.Next, tokens[^1].Next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_cancelled_generation_takes_no_step(int context)
    {
        var unused = new Decoder(6, 4, (_, _) => throw new InvalidOperationException("a step"));
        Assert.Throws<OperationCanceledException>(() => Sampling.Text(
            unused, SamplingOptions.Of(1), [.. Enumerable.Repeat(0, context)], Option<int>.None, 5, PythonRandom.Seed(1), new(true)));
    }

    [Fact]
    public void A_model_without_logits_has_no_decoder() => Assert.EndsWith(
        " has no logits to generate from.",
        Assert.Throws<ArgumentException>(() => Decoder.Of(Gpt.Model with { Logits = Option<Expr>.None }, Parameters)).Message);

    [Fact]
    public void A_model_without_logits_has_no_scorer() => Assert.EndsWith(
        " has no logits to score by.",
        Assert.Throws<InvalidOperationException>(() => Scorers.Create(Gpt.Model with { Logits = Option<Expr>.None })).Message);

    [Fact]
    public void A_choice_has_the_same_token_and_probability_if_the_probabilities_of_all_tokens_are_kept()
    {
        foreach (var options in (SamplingOptions[])
            [SamplingOptions.Of(0.5), SamplingOptions.Of(1) with { TopK = 2 }, SamplingOptions.Of(Temperature.Greedy)])
        {
            var (plain, kept) = (Choices(options), Choices(options with { KeepsProbabilities = true }));
            foreach (var (expected, found) in kept.Zip(plain))
                Assert.Equal((expected.Token, expected.Probability), (found.Token, found.Probability));
            Assert.All(plain, choice => Assert.Empty(choice.Probabilities));
            Assert.All(kept, choice => Assert.Equal(choice.Probability, choice.Probabilities[choice.Token]));
        }

        static ImmutableArray<TokenChoice> Choices(SamplingOptions options) =>
            Sampling.Text(Decoder, options, [0, 1], Option<int>.None, length: 20, PythonRandom.Seed(1)).OrThrow().Choices;
    }

    [Fact]
    public void Beyond_the_block_a_token_follows_from_the_later_half_of_the_block_read_again_from_position_0()
    {
        var options = SamplingOptions.Of(1) with { KeepsProbabilities = true };
        var document = Sampling.Text(Decoder, options, [0, 1], Option<int>.None, length: 20, PythonRandom.Seed(1)).OrThrow();
        var tokens = document.Tokens;
        Assert.Equal(22, tokens.Length);
        for (var i = 2; i < tokens.Length; i++)
        {
            var start = (i - 3) / 4 * 4; // a full block of 6 goes on with its last 3 tokens, and is full again 4 tokens later
            var logits = tokens[start..i].Aggregate((Logits: ImmutableArray<double>.Empty, Cache: KeyValueCache.Empty), (read, token) =>
                Decoder.Step(read.Cache, token)).Logits;
            Assert.Equal(options.Probabilities(logits).AsEnumerable(), document.Choices[i - 2].Probabilities);
        }
    }

    [Fact]
    public void Generation_costs_at_most_two_steps_for_each_token_in_the_mean()
    {
        var steps = 0;
        var counted = new Decoder(Gpt.Configuration.BlockSize, Gpt.Configuration.VocabSize, (cache, token) =>
        {
            steps++;
            return Decoder.Step(cache, token);
        });
        var text = Sampling.Text(counted, SamplingOptions.Of(1), [0], Option<int>.None, 1000, PythonRandom.Seed(1)).OrThrow();
        Assert.Equal(1000, text.Choices.Length);
        Assert.InRange(steps, 1000, 2000);
    }

    [Fact]
    public void A_context_longer_than_the_block_counts_by_its_last_block()
    {
        var (options, random) = (SamplingOptions.Of(1), PythonRandom.Seed(1));
        Assert.Equal(
            Sampling.Text(Decoder, options, [1, 2, 3, 0, 1, 2], Option<int>.None, 10, random).OrThrow().Choices.AsEnumerable(),
            Sampling.Text(Decoder, options, [3, 3, 3, 1, 2, 3, 0, 1, 2], Option<int>.None, 10, random).OrThrow().Choices);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Tokens_and_documents_end_with_the_problem_of_a_probability_that_is_not_finite(int size)
    {
        var decoder = new Decoder(6, size, (cache, _) => ([double.NaN, .. new double[size - 1]], cache));
        var (options, random) = (SamplingOptions.Of(1), PythonRandom.Seed(1));
        Problem[] problems =
        [
            Assert.Single(Sampling.Tokens(decoder, options, [0], random).Take(2).ToArray()).ProblemOrThrow(),
            Assert.Single(Sampling.Documents(decoder, options, [0], random).Take(2).ToArray()).ProblemOrThrow(),
        ];
        Assert.All(problems, problem => Assert.StartsWith("The probabilities of the next token are not numbers;", problem.Sentence));
    }

    [Theory]
    [InlineData("")]
    [InlineData("anna")]
    [InlineData("bobannabob")] // longer than the block
    public void The_score_of_a_document_is_its_loss(string text)
    {
        var document = Tokenizer.Document(text).OrThrow();
        var score = Score.Compute(Decoder, document);
        var loss = Engines.Expression(Gpt.Model)(Parameters, Batch.Of(Gpt.Model, document)).Loss;
        Assert.Equal(Math.Min(text.Length + 1, 6), score.Choices.Length);
        var likelihood = score.Likelihood;
        Assert.Equal(loss, -likelihood.LogProbability / likelihood.Tokens, 1e-14); // the same terms, rounded otherwise
        Assert.Equal(Math.Exp(loss), likelihood.Perplexity, 1e-13);
        Assert.Equal(Math.Log2(likelihood.Perplexity), likelihood.BitsPerCharacter, 1e-13);
    }

    [Fact]
    public void The_likelihood_of_two_documents_is_the_product_of_their_probabilities() =>
        Assert.Equal(new Likelihood(-4, 6), new Likelihood(-1, 2) + new Likelihood(-3, 4));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    public void A_ranking_keeps_the_first_of_a_stable_sort_by_bits(int most)
    {
        Likelihood[] all = [new(-1, 1), new(-6, 2), new(-3, 1), new(double.NaN, 1), new(-9, 3), new(-8, 1), new(-2, 2)];
        var ranking = Ranking.Compute(all, most);
        var sorted = Enumerable.Range(0, all.Length).OrderByDescending(i => all[i].BitsPerCharacter).Take(most);
        Assert.Equal(sorted, ranking.Ranked.Select(document => document.Index));
        Assert.All(ranking.Ranked, document => Assert.Equal(all[document.Index], document.Likelihood));
        Assert.Equal(all.Length, ranking.Count);
        Assert.Equal(11, ranking.Total.Tokens);
    }

    [Theory]
    [InlineData(0, 5, 0)]
    [InlineData(0.2, 4, 1)]
    [InlineData(0.5, 3, 2)]
    public void The_last_documents_are_held_out(double share, int kept, int heldOut)
    {
        var (rest, held) = new Corpus(["a", "b", "c", "d", "e"]).HoldOut(share).OrThrow();
        Assert.Equal((kept, heldOut), (rest.Documents.Length, held.Length));
        Assert.Equal(["a", "b", "c", "d", "e"], rest.Documents.Concat(held));
    }

    [Theory]
    [InlineData(0.01, "validation is 0.01, which of 2 documents holds out none; choose another share.")]
    [InlineData(0.99, "validation is 0.99, which of 2 documents holds out all; choose another share.")]
    public void Holding_out_none_or_all_documents_is_a_problem(double share, string sentence) =>
        Assert.Equal(sentence, new Corpus(["a", "b"]).HoldOut(share).ProblemOrThrow().Sentence);

    // A decoder whose distribution is uniform over the tokens but BOS.
    private static Decoder NeverBos() => new(6, 4, (cache, token) => ([0, 0, 0, double.NegativeInfinity], cache.With(token, [])));

    private static Parameters Drawn()
    {
        var drawn = Parameters.Draw(Gpt.Model.Table, PythonRandom.Seed(7)).Value;
        return drawn with { Values = [.. drawn.Values.Select(x => 5 * x)] }; // of the size of trained parameters
    }
}
