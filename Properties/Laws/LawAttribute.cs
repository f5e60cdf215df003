using FsCheck.Xunit;

namespace MicroGpt.Properties;

/// <summary>
/// A property that holds for every input, tested on a number of random cases. `dotnet test` replays the same cases every time, so that it
/// cannot flake. <c>MICROGPT_PROPERTIES=deep</c> draws fifty times as many, new ones in each run; the workflow does so every night.
/// <c>MICROGPT_PROPERTIES=few</c> draws a tenth: a mutant rarely needs more.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LawAttribute : PropertyAttribute
{
    private static readonly string? Number = Environment.GetEnvironmentVariable("MICROGPT_PROPERTIES");

    public LawAttribute(int cases)
    {
        Cases = cases;
        MaxTest = Number switch { "deep" => 50 * cases, "few" => (cases + 9) / 10, _ => cases };
        // Inputs outside the precondition of a law must be rare: if they exceed one in a hundred, the test fails as exhausted.
        MaxRejected = Number == "few" ? cases : MaxTest / 100;
        if (Number != "deep") Replay = "1729,4105";
        QuietOnSuccess = true;
        Arbitrary = [typeof(Arbitraries)];
    }

    /// <summary>The number of cases that `dotnet test` draws.</summary>
    public int Cases { get; }
}
