using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("browser")]

namespace MicroGpt.Browser;

/// <summary>The program. It only waits: the page calls the functions that are marked JSExport.</summary>
internal static class Program
{
    private static void Main()
    {
    }
}
