using System.Numerics;
using LanguageExt;
using MicroGpt.Text;

namespace MicroGpt.Facts;

/// <summary>Characters, numbers in texts, and the distance of texts.</summary>
public class TextFacts
{
    [Theory]
    [InlineData("a\tb\n", "a\tb\n")]
    [InlineData("\u001B[31m\u007F\u0085", "\\u001B[31m\\u007F\\u0085")]
    [InlineData("\u2029\u202A\u202E\u202F", "\u2029\\u202A\\u202E\u202F")]
    [InlineData("\u2065\u2066\u2069\u206A", "\u2065\\u2066\\u2069\u206A")]
    public void What_a_terminal_obeys_is_escaped(string text, string shown) => Assert.Equal(shown, text.EscapeControls());

    [Theory]
    [InlineData(0x61, "a")]
    [InlineData(0x1F98A, "🦊")]
    [InlineData(0xFFFF, "\\uFFFF")]
    [InlineData(0xE0001, "\\U000E0001")]
    public void An_invisible_character_is_shown_by_its_number(int codePoint, string shown) =>
        Assert.Equal(shown, Characters.Show(codePoint));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "🦊")]
    [InlineData(2, "🦊a")]
    [InlineData(9, "🦊ab")]
    public void A_text_starts_with_whole_characters(int count, string start) => Assert.Equal(start, "🦊ab".Start(count));

    [Fact]
    public void A_text_of_80_characters_is_quoted_whole() => Assert.Equal($"“{new string('x', 80)}”", new string('x', 80).Quote());

    [Fact]
    public void A_code_point_is_a_character_a_pair_or_half_a_pair() =>
        Assert.Equal([0x61, 0x1F98A, 0xD83E, 0x62], $"a🦊{"🦊"[0]}b".CodePoints());

    [Theory]
    [InlineData("", true)]
    [InlineData(" \t\u001F", true)]
    [InlineData(" a", false)]
    public void A_text_of_white_space_is_blank(string text, bool expected) => Assert.Equal(expected, text.IsBlank());

    [Fact]
    public void The_last_code_point_is_a_character() =>
        Assert.Equal(2, Tokenizer.Of(new(["a\U0010FFFF"], Split.RunningText)).VocabSize);

    [Fact]
    public void Text_starts_at_BOS_or_at_a_line_end_or_at_the_first_character()
    {
        Assert.Equal(2, Tokenizer.Of(new(["ab"])).Start);
        Assert.Equal(1, Tokenizer.Of(new(["\tb\n"], Split.RunningText)).Start);
        Assert.Equal(0, Tokenizer.Of(new(["ab"], Split.RunningText)).Start);
    }

    [Fact]
    public void An_alphabet_out_of_order_is_refused_with_a_reason() => Assert.StartsWith(
        "An alphabet stands in code point order and names no character twice.",
        Assert.Throws<ArgumentException>(() => new Tokenizer([.. "ba".EnumerateRunes()])).Message);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("16", "16")]
    [InlineData("-1", "n is -1; it must be at least 0.")]
    [InlineData("1.5", "n is “1.5”, not a whole number; write it in digits alone, such as 16.")]
    [InlineData("1,000", "n is “1,000”, not a whole number; write it in digits alone, such as 16.")]
    [InlineData("-123456789012345678901234567890123456789", "n is -123456789012345678901234567890123456789; it must be at least 0.")]
    [InlineData("-1234567890123456789012345678901234567890", "n is “-1234567890123456789012345678901234567890”; it must be at least 0.")]
    public void A_whole_number_is_read_or_refused(string text, string expected) =>
        Assert.Equal(expected, Told(NumberParser.ParseWhole(0, "n", text)));

    [Fact]
    public void A_whole_number_has_a_limit_of_digits()
    {
        Assert.Equal("n has 131,073 digits; it must have at most 131,072.", Told(NumberParser.ParseWhole(0, "n", new('1', 131_073))));
        Assert.Equal(BigInteger.Zero, NumberParser.ParseWhole(0, "n", new('0', 131_072)).OrThrow());
    }

    [Theory]
    [InlineData("2147483647", "2147483647")]
    [InlineData("2147483648", "n is 2147483648; it must be at most 2147483647.")]
    [InlineData("0", "n is 0; it must be at least 1.")]
    public void A_count_is_an_int(string text, string expected) => Assert.Equal(expected, Told(NumberParser.ParseCount(1, "n", text)));

    [Theory]
    [InlineData("-1e-3", "-0.001")]
    [InlineData("0e9", "0")]
    [InlineData("0.5", "0.5")]
    [InlineData("half", "x is “half”, not a number; write it like 0.5 or 1e-3.")]
    [InlineData("1e999", "x is “1e999”, which is too large; the largest number is 1.7E+308.")]
    [InlineData("-9E-999", "x is “-9E-999”, which rounds to 0; the number nearest to 0 is 5E-324.")]
    [InlineData("NaN", "x is NaN; it must be finite.")]
    public void A_finite_number_is_read_or_refused(string text, string expected) =>
        Assert.Equal(expected, Told(NumberParser.ParseFinite("x", text)));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("anna", "anna", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("anna", "hanna", 1)]
    [InlineData("anna", "nana", 2)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("zo😀", "zo😁", 1)]
    [InlineData("a🦊", "a", 1)]
    public void The_distance_of_texts_is_the_least_number_of_edits(string a, string b, int distance)
    {
        Assert.Equal(distance, EditDistance.Between(a, b));
        Assert.Equal(distance, EditDistance.Between(b, a));
    }

    [Fact]
    public void The_nearest_texts_are_all_at_the_least_distance()
    {
        var (texts, distance) = EditDistance.Nearest(["abcd", "ab", "ac", "ab"], "ad");
        Assert.Equal(["ab", "ac"], texts.AsEnumerable());
        Assert.Equal(1, distance);
        Assert.StartsWith("There are no texts.", Assert.Throws<ArgumentException>(() => EditDistance.Nearest([], "ad")).Message);
    }

    // The value, or the sentence of the only problem.
    private static string Told<A>(Validation<Problem, A> validation) => validation.Match(
        Succ: value => FormattableString.Invariant($"{value}"), Fail: problems => Assert.Single(problems).Sentence);
}
