using System.Collections.Immutable;
using MicroGpt.Model;
using MicroGpt.Text;

namespace MicroGpt.Facts;

public class TruncationFacts
{
    [Theory]
    [InlineData("abc")]
    [InlineData("abc", "", "d")]
    [InlineData("a🙂b")] // three characters in four UTF-16 units
    public void Documents_shorter_than_the_block_are_not_cut(params string[] documents) => Assert.True(Find(documents).IsNone);

    [Theory]
    [InlineData("the model never sees an end there; a model of --block-size 5 sees all.", "abcd", "abc")]
    [InlineData("the model never sees 2 of 9 characters (22.2%); a model of --block-size 7 sees all.", "abcdab", "abc")]
    [InlineData("the model never sees 3 of 10 characters (30.0%), and “EF” occur nowhere else; a model of --block-size 8 sees all.",
        "abcdEaF", "abc")]
    [InlineData("the model never sees 1 of 8 characters (12.5%), and “🙂” occur nowhere else; a model of --block-size 6 sees all.",
        "abcd🙂", "abc")]
    public void The_sentence_states_the_loss_and_the_remedy(string lost, params string[] documents) =>
        Assert.Equal($"block_size 4 cuts the end off 1 of 2 lines: {lost}", Find(documents).Single().Describe("lines"));

    [Fact]
    public void The_last_code_point_can_be_hidden() => Assert.Equal("\U0010FFFF", Find(["abcd\U0010FFFF"]).Single().Hidden);

    [Theory]
    [InlineData(1999, 1, "under 0.1%")]
    [InlineData(0, 8000, "over 99.9%")]
    public void A_share_is_never_rounded_to_none_or_all(int whole, int unseen, string share) => Assert.Contains(
        $" characters ({share});",
        Find([.. Enumerable.Repeat("abc", whole), new string('a', 4 + unseen)]).Single().Describe("lines"));

    [Fact]
    public void A_share_of_a_tenth_of_a_percent_is_shown()
    {
        Assert.Contains(" characters (0.1%);", $"{Find(["abcda", .. Enumerable.Repeat("abc", 331), "ab"]).Single()}");
        Assert.Contains(" of 1 documents: the model never sees 3,996 of 4,000 characters (99.9%);", $"{Find([new('a', 4000)]).Single()}");
    }

    [Fact]
    public void A_line_beyond_every_block_is_to_be_divided() => Assert.EndsWith(
        "; the largest is --block-size 34952, so divide longer texts.",
        Find([new string('a', 40_000)], Configuration.Create(12_000, 1, 1, 4, 2).OrThrow()).Single().Describe("texts"));

    [Fact]
    public void A_document_is_cut_where_no_position_has_its_end_as_its_target()
    {
        ImmutableArray<string> documents = ["", "a", "abc", "abcd", "abcde", "abcdef"];
        var tokenizer = Tokenizer.Of(new(documents));
        var bos = tokenizer.VocabSize - 1;
        var model = new Gpt(Configuration.Create(4, 2, 1, 4, tokenizer.VocabSize).OrThrow()).Model;
        var targets = documents.Select(document =>
            Batch.Of(model, tokenizer.Document(document).OrThrow())[IndexInput.Targets]).ToArray();
        var cut = Find([.. documents]).Single();
        Assert.Equal(targets.Count(ids => ids[^1] != bos), cut.Cut);
        Assert.Equal(targets.Sum(ids => ids.Count(id => id != bos)), cut.Characters - cut.Unseen);
        Assert.Equal("ef", cut.Hidden);
    }

    private static LanguageExt.Option<Truncation> Find(string[] documents) =>
        Find(documents, Configuration.Create(4, 2, 1, 4, 27).OrThrow());

    private static LanguageExt.Option<Truncation> Find(string[] documents, Configuration configuration) =>
        Truncation.Find([.. documents], configuration);
}
