using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using MicroGpt.Randomness;

namespace MicroGpt.Facts;

public class RandomnessFacts
{
    public static TheoryData<string> Seeds => [.. Runs().Keys];

    [LastBitsTheory, MemberData(nameof(Seeds))]
    public void Every_draw_is_CPythons_to_the_last_bit(string seed)
    {
        var run = Runs()[seed];
        var start = PythonRandom.Seed(BigInteger.Parse(seed));

        var (uniforms, r1) = start.Repeat(5, r => r.Random());
        var (words, r2) = r1.Repeat(5, r => r.GetRandBits(32));
        var (standard, r3) = r2.Repeat(5, r => r.Gauss(0, 1));
        var (narrow, r4) = r3.Repeat(4, r => r.Gauss(0, 0.08));
        var (twenty, r5) = r4.Shuffle([.. Enumerable.Range(0, 20)]);
        var (thousand, r6) = r5.Shuffle([.. Enumerable.Range(0, 1000)]);
        var weights = run.GetProperty("choices_weights").Doubles();
        var (choices, r7) = r6.Repeat(10, r => r.Choices(weights));
        var (after, r8) = r7.Repeat(3, r => r.Random());
        var (_, r9) = r8.Repeat(1300, r => r.Random());

        Recorded.EqualBits(run.GetProperty("random").Doubles(), uniforms);
        Assert.Equal(run.GetProperty("getrandbits32").EnumerateArray().Select(x => x.GetUInt32()), words);
        Recorded.EqualBits(run.GetProperty("gauss_0_1").Doubles(), standard);
        Recorded.EqualBits(run.GetProperty("gauss_0_0.08").Doubles(), narrow);
        Assert.Equal(run.GetProperty("shuffle_20").Integers(), twenty);
        Assert.Equal(run.GetProperty("shuffle_1000_first10").Integers(), thousand.Take(10));
        Assert.Equal(run.GetProperty("choices_10").Integers(), choices);
        Recorded.EqualBits(run.GetProperty("random_after").Doubles(), after);
        Recorded.EqualBits([run.GetProperty("random_after_1300_more").GetDouble()], [r9.Random().Value]);
    }

    [Fact]
    public void Two_draws_from_the_same_generator_are_equal()
    {
        var (_, random) = PythonRandom.Seed(1).Gauss(0, 1);
        Assert.Equal(Thousand(random), Thousand(random));
    }

    [Fact]
    public void A_generator_rebuilt_from_its_three_parts_draws_the_same_numbers()
    {
        var (_, random) = PythonRandom.Seed(1).Gauss(0, 1);
        PythonRandom rebuilt = new([.. random.Block], random.Position, random.Spare);
        Assert.Equal(Thousand(random), Thousand(rebuilt));
    }

    [Fact]
    public void Draws_share_their_block_until_it_is_consumed()
    {
        var (_, first) = PythonRandom.Seed(1).GetRandBits(32);
        var (_, last) = first.Repeat(MersenneTwister.Words - 1, r => r.GetRandBits(32));
        Assert.Equal(first.Block, last.Block);
        Assert.NotEqual(last.Block, last.GetRandBits(32).Next.Block);
    }

    [Fact]
    public void A_negative_seed_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => PythonRandom.Seed(-1));

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void Random_bits_are_drawn_from_one_word(int k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PythonRandom.Seed(1).GetRandBits(k));

    [Fact]
    public void There_is_no_number_below_0() =>
        Assert.Throws<ArgumentOutOfRangeException>("n", () => PythonRandom.Seed(1).RandBelow(0));

    // A share of the smallest number rounds up to this number, so that no sum of weights exceeds it.
    [Fact]
    public void Weights_of_the_smallest_number_are_chosen() =>
        Assert.All(PythonRandom.Seed(1).Repeat(10, r => r.Choices([0, double.Epsilon])).Value, choice => Assert.Equal(1, choice));

    [Fact]
    public void Generators_at_different_places_are_different()
    {
        var (_, first) = PythonRandom.Seed(1).GetRandBits(32);
        Assert.NotEqual(first, first.GetRandBits(32).Next);
        Assert.NotEqual(first, first with { Spare = 1 });
    }

    [Fact]
    public void Weights_without_a_positive_finite_total_are_refused() =>
        Assert.All<double[]>([[], [0, 0], [double.NaN], [double.PositiveInfinity]], weights =>
            Assert.StartsWith(
                "The weights must have a positive, finite total, not ",
                Assert.Throws<ArgumentException>(() => PythonRandom.Seed(1).Choices(weights)).Message));

    [Fact]
    public void A_choice_never_falls_on_a_weight_of_zero()
    {
        var (choices, _) = PythonRandom.Seed(1).Repeat(1000, r => r.Choices([0, 1, 0, 1, 0]));
        Assert.Equal([1, 3], choices.Distinct().Order());
    }

    private static double[] Thousand(PythonRandom random) => [.. random.Repeat(1000, r => r.Gauss(0, 1)).Value];

    private static ImmutableDictionary<string, JsonElement> Runs() =>
        Recorded.Json("cpython-random.json").EnumerateArray().ToImmutableDictionary(run => run.GetProperty("seed").GetString()!);
}
