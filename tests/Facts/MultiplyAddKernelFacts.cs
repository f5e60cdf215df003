using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using MicroGpt.Compilation;

namespace MicroGpt.Facts;

/// <summary>a·b + c in vectors: rounded once where the processor has a fused multiply-add, else twice, and never emulated.</summary>
public class MultiplyAddKernelFacts
{
    private static readonly bool IsFused = Fma.IsSupported || AdvSimd.IsSupported;

    // (1 + u)² = 1 + 2u + u². A rounded product is 1 + 2u, so that u² is left only if the product is not rounded.
    [Fact]
    public void Multiply_add_is_rounded_once_only_by_hardware()
    {
        var (single, twice) = (MathF.Pow(2, -12), Math.Pow(2, -27));
        Assert.Equal(IsFused ? single * single : 0, SquarePlus(1 + single, -1 - 2 * single));
        Assert.Equal(IsFused ? twice * twice : 0, SquarePlus(1 + twice, -1 - 2 * twice));
    }

    // a² + b. It is the same in all lanes of vectors of 512 and of 128 bits.
    private static T SquarePlus<T>(T a, T b) where T : unmanaged, INumber<T>
    {
        var wide = Simd.Fma(Vector512.Create(a), Vector512.Create(a), Vector512.Create(b));
        var narrow = Simd.Fma(Vector128.Create(a), Vector128.Create(a), Vector128.Create(b));
        Assert.Equal(Vector512.Create(narrow[0]), wide);
        Assert.Equal(Vector128.Create(narrow[0]), narrow);
        return narrow[0];
    }
}
