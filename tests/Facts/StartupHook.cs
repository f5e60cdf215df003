using System.Globalization;

/// <summary>What .NET calls before a program begins, where DOTNET_STARTUP_HOOKS names this assembly: numbers are written with commas there.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        (culture.NumberFormat.PercentDecimalSeparator, culture.NumberFormat.NegativeSign) = (",", "−");
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = culture;
    }
}
