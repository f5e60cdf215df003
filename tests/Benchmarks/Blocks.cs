using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Shell.Measurement;
using static System.FormattableString;

namespace MicroGpt.Benchmarks;

/// <summary>The cost of a training step for blocks of several lengths, in single precision, with about 768 positions a step.</summary>
internal static class Blocks
{
    private const int NEmbd = 128, NHead = 4, NLayer = 2, VocabSize = 65, Positions = 768, Rounds = 8;

    /// <summary>Prints a table of block sizes.</summary>
    public static void Print()
    {
        var rows = new[] { 16, 64, 256, 512, 1024 }.Select(blockSize => (
            BlockSize: blockSize, Documents: Math.Max(1, Positions / blockSize),
            Size: Configuration.Create(NEmbd, NHead, NLayer, blockSize, VocabSize).OrThrow())).ToArray();
        var trainings = rows.Select(row => TimedTraining.Of<float>(row.Size, row.Documents)).ToArray();
        TimedTraining.InTurns(Rounds, trainings);
        Console.WriteLine("| block_size | documents | us/step | us/token | GFLOP/s | scores again too | of block 16's | bytes/token |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        var first = 0.0;
        foreach (var ((blockSize, documents, size), training) in rows.Zip(trainings))
        {
            var (tokens, time) = (documents * blockSize, training.Best);
            var speed = documents * FlopCount.Count(size, blockSize) / time / 1e3;
            var again = blockSize < Attention.LeastBlockSize ? 0 : (double)NLayer * NEmbd * tokens * (blockSize + 1) / time / 1e3;
            first = first == 0 ? speed : first;
            Console.WriteLine(Invariant($"| {blockSize} | {documents} | {time:F0} | {time / tokens:F2} | {speed:F1} | ")
                + Invariant($"{speed + again:F1} | {100 * speed / first:F0}% | {training.Memory / tokens:N0} |"));
        }
    }
}
