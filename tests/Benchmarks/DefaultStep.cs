using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using MicroGpt.Model;
using static System.FormattableString;

namespace MicroGpt.Benchmarks;

/// <summary>The cost of a step of the default model on a document of 16 positions, with the vectors that the runtime uses.</summary>
internal static class DefaultStep
{
    private const int Rounds = 8;

    /// <summary>Prints a row: vectors, multiply-add, and the time of a step in single and in double precision.</summary>
    public static void Print()
    {
        var size = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 16, vocabSize: 27).OrThrow();
        var (single, twice) = (TimedTraining.Of<float>(size, batchSize: 1), TimedTraining.Of<double>(size, batchSize: 1));
        TimedTraining.InTurns(Rounds, single, twice);
        var bits = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256"
            : Vector128.IsHardwareAccelerated ? "128" : "none";
        var isFused = Fma.IsSupported || AdvSimd.IsSupported;
        Console.WriteLine("| bits of a vector | multiply-add | single, us/step | double, us/step |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine(Invariant($"| {bits} | {(isFused ? "fused" : "a product and a sum")} | {single.Best:F1} | {twice.Best:F1} |"));
    }
}
