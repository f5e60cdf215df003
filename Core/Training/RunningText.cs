using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using MicroGpt.Randomness;

namespace MicroGpt.Training;

/// <summary>
/// Running text, and its windows. A window is what a model sees of the text at once: the tokens of block_size positions, and one more, the
/// target of the last position.
/// </summary>
public sealed record RunningText
{
    private RunningText(ImmutableArray<int> tokens, int blockSize) => (Tokens, BlockSize) = (tokens, blockSize);

    /// <summary>The tokens, at least block_size + 1.</summary>
    public ImmutableArray<int> Tokens { get; }

    /// <summary>The number of positions of a window.</summary>
    public int BlockSize { get; }

    /// <summary>
    /// All whole windows in order. The last token of a window is the first of the next, so that each token but the first is predicted once.
    /// The rest at the end, shorter than a window, is left out.
    /// </summary>
    public ImmutableArray<ImmutableArray<int>> Windows =>
        [.. Enumerable.Range(0, (Tokens.Length - 1) / BlockSize).Select(i => WindowAt(i * BlockSize))];

    /// <summary>
    /// The running text of some tokens if it has a whole window. Otherwise the problem, which calls the text <paramref name="name"/>.
    /// </summary>
    public static Validation<Problem, RunningText> Create(string name, ImmutableArray<int> tokens, int blockSize) =>
        tokens.Length > blockSize
            ? new RunningText(tokens, blockSize)
            : new Problem($"{name} has {tokens.Length} characters, and a window of block_size {blockSize} needs {blockSize + 1}; "
                + "choose a smaller block_size, or a longer text.");

    /// <summary>
    /// The windows of a training step, at random offsets. They depend on the seed and the step alone: the generator is that of
    /// seed·2³² + step.
    /// </summary>
    public ImmutableArray<ImmutableArray<int>> Draw(BigInteger seed, int step, int count) =>
    [
        .. PythonRandom.Seed((seed << 32) + step).Repeat(count, random => random.RandBelow(Tokens.Length - BlockSize)).Value
            .Select(WindowAt),
    ];

    public override string ToString() => $"{Tokens.Length} tokens in windows of {BlockSize} positions";

    public bool Equals(RunningText? other) => other is not null && BlockSize == other.BlockSize && Tokens.ContentEquals(other.Tokens);

    public override int GetHashCode() => HashCode.Combine(BlockSize, Tokens.Length);

    private ImmutableArray<int> WindowAt(int offset) => Tokens.Slice(offset, BlockSize + 1);
}
