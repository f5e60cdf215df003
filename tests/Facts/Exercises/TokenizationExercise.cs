using System.Collections.Immutable;
using MicroGpt.Text;

namespace MicroGpt.Facts.Exercises;

/// <summary>The document 🦊 has one token between two BOS, but the length of its string is 2.</summary>
public class TokenizationExercise
{
    // Length counts units of UTF-16, of which a character beyond the first 65,536 takes two. The tokenizer counts characters.
    [Fact]
    public void A_fox_is_one_token_between_two_BOS_and_two_units_of_UTF_16()
    {
        var tokenizer = Tokenizer.Of(new(["🦊🐻"]));
        ImmutableArray<int> expected = [2, 1, 2]; // BOS is 2, and 🐻 comes before 🦊
        Assert.Equal<int>(expected, tokenizer.Document("🦊").OrThrow());
        Assert.Equal(2, "🦊".Length);
    }
}
