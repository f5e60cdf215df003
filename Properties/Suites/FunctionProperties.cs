namespace MicroGpt.Properties;

/// <summary>The functions of the engines err by no more than is claimed.</summary>
public class FunctionProperties
{
    public static TheoryData<MeasuredFunction> Functions => [.. FunctionErrors.All];

    [Theory, MemberData(nameof(Functions), DisableDiscoveryEnumeration = true)]
    public void A_function_errs_by_at_most_the_units_that_are_claimed(MeasuredFunction function) =>
        Assert.Null(FunctionLaws.ErrorBeyondTheClaim(function, function.Measure(FunctionErrors.Stride)));
}
