using FsCheck.Xunit;

namespace MicroGpt.Properties;

/// <summary>
/// A property that holds for every input, tried on so many of them. The gate replays the same inputs every time, so that it cannot
/// flake; <c>MICROGPT_PROPERTIES=deep</c> draws fifty times as many, and new ones each night.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LawAttribute : PropertyAttribute
{
    private static readonly bool Deep = Environment.GetEnvironmentVariable("MICROGPT_PROPERTIES") == "deep";

    public LawAttribute(int cases)
    {
        Cases = cases;
        MaxTest = Deep ? 50 * cases : cases;
        // Inputs that a law has nothing to say about must be rare: more than one in a hundred, and the run fails as exhausted.
        MaxRejected = MaxTest / 100;
        if (!Deep) Replay = "1729,4105";
        QuietOnSuccess = true;
        Arbitrary = [typeof(Arbitraries)];
    }

    /// <summary>How many inputs the gate tries.</summary>
    public int Cases { get; }
}
