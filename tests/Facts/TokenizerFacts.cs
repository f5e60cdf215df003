using MicroGpt.Text;

namespace MicroGpt.Facts;

public class TokenizerFacts
{
    private static readonly Tokenizer Abc = Tokenizer.Of(new(["cab", "a"]));

    [Fact]
    public void The_alphabet_of_the_given_names_is_the_recorded_one()
    {
        var tokenizer = Tokenizer.Of(Corpus.Parse(Recorded.Bytes("given-names.txt"), "given-names.txt", Split.Lines).OrThrow());
        Assert.Equal(Recorded.Json("given-names.json").GetProperty("vocab").Strings(), tokenizer.Alphabet.Select(c => c.ToString()));
    }

    [Fact]
    public void The_alphabet_is_in_code_point_order_where_UTF16_has_another()
    {
        Assert.True(string.CompareOrdinal("\uFF5E", "\U0001F600") > 0);
        Assert.Equal(["a", "\uFF5E", "\U0001F600"], Tokenizer.Of(new(["\U0001F600a\uFF5E"])).Alphabet.Select(c => c.ToString()));
    }

    [Fact]
    public void Bos_is_the_token_after_the_characters_and_the_last()
    {
        Assert.Equal(3, Abc.Bos);
        Assert.Equal(4, Abc.VocabSize);
    }

    [Fact]
    public void Running_text_has_no_Bos_and_its_tokens_are_those_of_its_characters()
    {
        var tokenizer = Tokenizer.Of(new(["cab\na"], Split.RunningText));
        Assert.True(tokenizer.Bos.IsNone);
        Assert.Equal(4, tokenizer.VocabSize);
        Assert.Equal<int[]>([3, 1, 2, 0, 1], [.. tokenizer.Document("cab\na").OrThrow()]);
        Assert.Equal("cab\na", tokenizer.Decode([3, 1, 2, 0, 1]));
        Assert.Equal("4 tokens: \n, a, b, c", $"{tokenizer}");
    }

    [Fact]
    public void A_characters_id_is_its_place_in_the_alphabet() => Assert.Equal<int[]>([2, 0, 1], [.. Abc.Encode("cab").OrThrow()]);

    [Fact]
    public void A_document_begins_and_ends_with_Bos() => Assert.Equal<int[]>([3, 2, 0, 1, 3], [.. Abc.Document("cab").OrThrow()]);

    [Fact]
    public void Decoding_undoes_encoding_and_leaves_Bos_out()
    {
        var text = "\U0001F600\u200Bzoë\U0001F600";
        var tokenizer = Tokenizer.Of(new([text]));
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).OrThrow().AsSpan()));
        Assert.Equal(text, tokenizer.Decode(tokenizer.Document(text).OrThrow().AsSpan()));
    }

    [Theory]
    [InlineData("abé", "Character 3 of “abé” is é (U+00E9), which the alphabet lacks; use only “abc”.")]
    [InlineData("a\U0001F600", "Character 2 of “a\U0001F600” is \U0001F600 (U+1F600), which the alphabet lacks; use only “abc”.")]
    [InlineData("a\u200B", @"Character 2 of “a\u200B” is \u200B (U+200B), which the alphabet lacks; use only “abc”.")]
    [InlineData("\U000E0001", @"Character 1 of “\U000E0001” is \U000E0001 (U+E0001), which the alphabet lacks; use only “abc”.")]
    public void An_unknown_character_is_a_problem_that_names_it_its_place_and_the_alphabet(string text, string sentence) =>
        Assert.Equal(sentence, Abc.Encode(text).ProblemOrThrow().Sentence);

    [Fact]
    public void Half_a_surrogate_pair_is_an_unknown_character_even_where_the_replacement_character_is_known() =>
        Assert.Equal(
            @"Character 2 of “~\uD83D” is \uD83D (U+D83D), which the alphabet lacks; use only “~”.".Replace('~', '\uFFFD'),
            Tokenizer.Of(new(["\uFFFD"])).Encode("\uFFFD" + "\U0001F600"[0]).ProblemOrThrow().Sentence);

    [Fact]
    public void An_unknown_character_of_a_document_is_the_same_problem() =>
        Assert.Equal(Abc.Encode("x").ProblemOrThrow(), Abc.Document("x").ProblemOrThrow());

    [Fact]
    public void A_long_text_is_quoted_up_to_its_80th_character() =>
        Assert.Equal($"“{new string('x', 80)}…”", new string('x', 81).Quote());

    [Fact]
    public void A_tokenizer_rebuilt_from_its_alphabet_gives_the_same_ids() =>
        Assert.Equal<int[]>([.. Abc.Encode("cab").OrThrow()], [.. new Tokenizer(Abc.Alphabet).Encode("cab").OrThrow()]);

    [Fact]
    public void An_alphabet_out_of_order_or_with_repetitions_is_refused() =>
        Assert.All(["ba", "aa"], text => Assert.Throws<ArgumentException>(() => new Tokenizer([.. text.EnumerateRunes()])));
}
