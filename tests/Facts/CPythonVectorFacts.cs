using System.Globalization;
using System.Numerics;
using MicroGpt.Randomness;

namespace MicroGpt.Facts;

/// <summary>
/// The test vectors of CPython's own tests of its generator, in Lib/test/test_random.py. All figures are exact, so that every platform must
/// have every bit.
/// </summary>
public class CPythonVectorFacts
{
    // init_by_array({61731, 24903, 614, 42143}): four words of a key.
    private static readonly BigInteger Reference = 61731 + ((BigInteger)24903 << 32) + ((BigInteger)614 << 64) + ((BigInteger)42143 << 96);

    // The first seed is a number. Version 1 of CPython's seeding takes the hash of a text, without a sign: “nofar”, “rachel”, “” and nine
    // bytes. Version 2 takes the bytes of a text and of its SHA-512: “the quick brown fox”.
    [Theory]
    [InlineData("3456147", "ac362300d90d2p-1", "9d16f74365005p-1", "1ebb4352e4c4dp-1", "1a7422abf9c11p-1")]
    [InlineData(
        "348064083684223462166760623846697798526949248388423488561857868906241641430777978017132346826979079102759559114777216683"
        + "40403890565311646716459204331996058481076256575055496471617120758292375384418439",
        "1239ddfb11b7cp-3", "b3cbb5c51b120p-4", "8c4f55116b60fp-1", "63eb525174a27p-1")]
    [InlineData("5990528763808513177", "8645314505ad7p-1", "afb1f82e40a40p-5", "2a59d2285e971p-1", "56977142a7880p-6")]
    [InlineData("9355008498264066827", "0b294cc856fcdp-1", "2ad22d79e77b8p-3", "3052b9c072678p-2", "578f332106574p-3")]
    [InlineData("0", "b0580f98a7dbep-1", "84129978f9c1ap-1", "aeaa51052e978p-2", "092178fb945a6p-2")]
    [InlineData("5015594239749365497", "52c2fde444d23p-1", "875174f0daea4p-2", "9e9b2c50e5cd2p-1", "fa57768bd321cp-2")]
    public void The_sequences_that_CPython_guarantees_are_these(string seed, params string[] expected) =>
        Assert.Equal(expected.Select(FromHex), PythonRandom.Seed(BigInteger.Parse(seed)).Repeat(4, r => r.Random()).Value);

    [Fact]
    public void The_last_ten_of_2000_numbers_are_those_of_the_reference_implementation() => Assert.Equal(
        [
            0x0eab3258d2231f, 0x1b89db315277a5, 0x1db622a5518016, 0x0b7f9af0d575bf, 0x029e4c4db82240,
            0x04961892f5d673, 0x02b291598e4589, 0x11388382c15694, 0x02dad977c9e1fe, 0x191d96d4d334c6,
        ],
        PythonRandom.Seed(Reference).Repeat(2000, r => r.Random()).Value[^10..].Select(x => (long)Math.ScaleB(x, 53)));

    // CPython puts the first word at the low end, and takes the high bits of the last.
    [Fact]
    public void A_hundred_random_bits_are_CPython_s()
    {
        var (words, next) = PythonRandom.Seed(1234567).Repeat(3, r => r.GetRandBits(32));
        var bits = words.Append(next.GetRandBits(4).Value).Select((word, i) => (BigInteger)word << 32 * i);
        Assert.Equal(BigInteger.Parse("97904845777343510404718956115"), bits.Aggregate(BigInteger.Add));
    }

    // The digits after “0x1.” of Python's float.hex, and its exponent.
    private static double FromHex(string digits) => Math.ScaleB(
        (1L << 52) + long.Parse(digits[..13], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        int.Parse(digits[14..], CultureInfo.InvariantCulture) - 52);
}
