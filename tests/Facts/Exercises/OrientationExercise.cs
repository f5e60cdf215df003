using System.Collections.Immutable;
using MicroGpt.Randomness;

namespace MicroGpt.Facts.Exercises;

/// <summary>Draw three different letters of a word, every choice equally likely, without a loop of your own.</summary>
public class OrientationExercise
{
    // Every order of a shuffle is equally likely, and so are its first three.
    private static (ImmutableArray<char> Value, PythonRandom Next) Draw(string word, PythonRandom random)
    {
        var (letters, next) = random.Shuffle([.. word]);
        return (letters[..3], next);
    }

    [Fact]
    public void The_letters_are_different_and_the_same_generator_draws_them_again()
    {
        var random = PythonRandom.Seed(1);
        var drawn = Draw("chance", random).Value;
        Assert.Equal(3, drawn.Distinct().Count());
        Assert.Equal<char>(drawn, Draw("chance", random).Value);
    }

    [Fact]
    public void Each_choice_of_three_out_of_four_comes_a_quarter_of_the_time()
    {
        var (draws, _) = PythonRandom.Seed(1).Repeat(4000, random => Draw("abcd", random));
        var counts = draws.CountBy(letters => string.Concat(letters.Order())).ToDictionary();
        Assert.Equal(["abc", "abd", "acd", "bcd"], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 1000 - 137, 1000 + 137)); // five standard deviations, √(4000·¼·¾) each
    }
}
