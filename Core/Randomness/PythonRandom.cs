using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroGpt.Randomness;

/// <summary>CPython's <c>random.Random</c> as a value: a draw returns the drawn value and the next generator.</summary>
/// <param name="Block">The current 624 words, shared by all generators that draw from them.</param>
/// <param name="Position">The index of the next word; 624 at the end of the block.</param>
/// <param name="Spare">The second gaussian of the last pair, until it is drawn; null otherwise.</param>
public readonly record struct PythonRandom(ImmutableArray<uint> Block, int Position, double? Spare)
{
    /// <summary><c>random.seed(n)</c> for a whole number n that is not negative.</summary>
    public static PythonRandom Seed(BigInteger n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var words = Math.Max(1, (int)((n.GetBitLength() + 31) / 32));
        uint[] key = [.. Enumerable.Range(0, words).Select(i => (uint)(n >> 32 * i & uint.MaxValue))];
        return new(MersenneTwister.Seed(key), MersenneTwister.Words, null);
    }

    public override string ToString() => $"word {Position} of {Block.Length}{(Spare is null ? "" : " and a spare gaussian")}";

    /// <summary><c>random()</c>: 53 random bits as a fraction in [0, 1).</summary>
    public (double Value, PythonRandom Next) Random()
    {
        var (high, r1) = Word();
        var (low, r2) = r1.Word();
        return (((high >> 5) * 67108864.0 + (low >> 6)) / 9007199254740992.0, r2); // (27 high bits · 2²⁶ + 26 low bits) / 2⁵³
    }

    /// <summary><c>getrandbits(k)</c>: a number of k random bits, k from 1 to 32.</summary>
    public (uint Value, PythonRandom Next) GetRandBits(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, 32);
        var (word, next) = Word();
        return (word >> 32 - k, next);
    }

    /// <summary><c>randbelow(n)</c>: one of 0..n-1, all equally likely. A number of n or more is rejected, and another is drawn.</summary>
    public (int Value, PythonRandom Next) RandBelow(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var bitLength = 32 - BitOperations.LeadingZeroCount((uint)n);
        var (drawn, next) = GetRandBits(bitLength);
        while (drawn >= n)
            (drawn, next) = next.GetRandBits(bitLength);
        return ((int)drawn, next);
    }

    /// <summary><c>shuffle(items)</c>: the same items in random order, every order equally likely.</summary>
    public (ImmutableArray<A> Value, PythonRandom Next) Shuffle<A>(ImmutableArray<A> items)
    {
        var shuffled = items.AsSpan().ToArray();
        var next = this;
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            (var j, next) = next.RandBelow(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return (ImmutableCollectionsMarshal.AsImmutableArray(shuffled), next);
    }

    /// <summary><c>gauss(mu, sigma)</c>: a normally distributed number. Numbers are computed in pairs (Box and Muller, 1958).</summary>
    public (double Value, PythonRandom Next) Gauss(double mu, double sigma)
    {
        if (Spare is { } spare)
            return (mu + spare * sigma, this with { Spare = null });
        var (turn, r1) = Random();
        var (u, r2) = r1.Random();
        var angle = turn * Math.Tau;
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - u));
        return (mu + Math.Cos(angle) * radius * sigma, r2 with { Spare = Math.Sin(angle) * radius });
    }

    /// <summary><c>choices(range(n), weights)[0]</c>: an index, with a probability proportional to its weight.</summary>
    public (int Value, PythonRandom Next) Choices(ReadOnlySpan<double> weights)
    {
        var (share, next) = Random();
        return Pick(weights, share) is var index and >= 0 ? (index, next) : throw new ArgumentException(
            $"The weights must have a positive, finite total, not {Total(weights)}.", nameof(weights));
    }

    /// <summary>
    /// The index that <see cref="Choices"/> draws if <see cref="Random"/> returns <paramref name="share"/>: the first whose running sum of
    /// weights is above this share of the total. It is -1 if the total is not positive and finite.
    /// </summary>
    internal static int Pick(ReadOnlySpan<double> weights, double share)
    {
        var total = Total(weights);
        if (!(total > 0 && double.IsFinite(total))) return -1;

        var (index, limit) = (0, share * total);
        for (var sum = weights[0]; sum <= limit && index < weights.Length - 1; sum += weights[index])
            index++;
        return index;
    }

    private static double Total(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights)
            total += weight;
        return total;
    }

    /// <summary>Repeats a draw. Each draw uses the generator that the previous draw returned.</summary>
    public (ImmutableArray<A> Value, PythonRandom Next) Repeat<A>(int count, Func<PythonRandom, (A, PythonRandom)> draw)
    {
        var drawn = new A[count];
        var next = this;
        for (var i = 0; i < count; i++)
            (drawn[i], next) = draw(next);
        return (ImmutableCollectionsMarshal.AsImmutableArray(drawn), next);
    }

    private (uint Value, PythonRandom Next) Word() =>
        Position < Block.Length
            ? (MersenneTwister.Temper(Block[Position]), this with { Position = Position + 1 })
            : (this with { Block = MersenneTwister.Twist(Block), Position = 0 }).Word();

    public bool Equals(PythonRandom other) => Position == other.Position && Spare == other.Spare && Block.ContentEquals(other.Block);

    public override int GetHashCode() => HashCode.Combine(Position, Spare);
}
