// Let there be chance, and let the same chance be had again.

using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MicroGpt.Randomness;

/// <summary>MT19937 (Matsumoto and Nishimura, 1998): blocks of 624 words, each computed from the block before.</summary>
public static class MersenneTwister
{
    /// <summary>The number of 32-bit words in a block.</summary>
    public const int Words = 624;

    /// <summary>The first block for a key (<c>init_by_array</c>). Every word but the first depends on every word of the key.</summary>
    public static ImmutableArray<uint> Seed(ReadOnlySpan<uint> key)
    {
        var block = Spread(19650218);
        var i = 1;
        for (var step = 0; step < Math.Max(Words, key.Length); step++, i = After(i))
        {
            var j = step % key.Length;
            block[i] = (block[i] ^ Fold(block[i - 1]) * 1664525) + key[j] + (uint)j;
        }
        for (var step = 1; step < Words; step++, i = After(i))
            block[i] = (block[i] ^ Fold(block[i - 1]) * 1566083941) - (uint)i;
        block[0] = 0x80000000; // The first word is not 0, because a block of zeros would yield only zeros.
        return ImmutableCollectionsMarshal.AsImmutableArray(block);

        // The index after i in the cycle 1..623. When the cycle restarts, the last word is copied to word 0.
        int After(int i)
        {
            if (i + 1 < Words) return i + 1;
            block[0] = block[^1];
            return 1;
        }
    }

    /// <summary>
    /// The next block: x[i+624] = x[i+397] ^ y·A. Here y has the top bit of x[i] and the other bits of x[i+1], and A is the twist matrix.
    /// </summary>
    public static ImmutableArray<uint> Twist(ImmutableArray<uint> block)
    {
        var next = block.AsSpan().ToArray();
        for (var i = 0; i < Words; i++)
        {
            var joined = next[i] & 0x80000000 | next[(i + 1) % Words] & 0x7FFFFFFF;
            next[i] = next[(i + 397) % Words] ^ joined >> 1 ^ (joined & 1) * 0x9908B0DF;
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(next);
    }

    /// <summary>The tempering of a word: an invertible map that improves the distribution of its bits.</summary>
    public static uint Temper(uint word)
    {
        word ^= word >> 11;
        word ^= word << 7 & 0x9D2C5680;
        word ^= word << 15 & 0xEFC60000;
        return word ^ word >> 18;
    }

    private static uint[] Spread(uint first)
    {
        var block = new uint[Words];
        block[0] = first;
        for (var i = 1; i < Words; i++)
            block[i] = Fold(block[i - 1]) * 1812433253 + (uint)i;
        return block;
    }

    private static uint Fold(uint word) => word ^ word >> 30;
}
