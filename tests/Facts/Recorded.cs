using System.Text.Json;

namespace MicroGpt.Facts;

/// <summary>Recordings of runs of the Python original, and the data set of those runs.</summary>
internal static class Recorded
{
    public static JsonElement Json(string name) => JsonDocument.Parse(Bytes(name)).RootElement;

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recorded", name));

    public static string[] Strings(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetString()!)];

    public static int[] Integers(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetInt32())];

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    /// <summary>Equal to the last bit, which tells 0 from -0.</summary>
    public static void EqualBits(IEnumerable<double> expected, IEnumerable<double> actual) =>
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));
}
