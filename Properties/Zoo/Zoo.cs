using System.Collections.Immutable;

namespace MicroGpt.Properties;

/// <summary>
/// The bug zoo: ways in which a backward pass goes wrong, most of them from life, each with the law that kills it and what that law
/// has to say. A law that kills nothing has proved nothing.
/// </summary>
public static class Zoo
{
    /// <summary>All beasts.</summary>
    public static ImmutableArray<Beast> All { get; } =
    [
        .. WrongOperations.All, .. WrongPasses.All, .. WrongLayers.All, .. WrongAttention.All, .. WrongEngines.All, .. WrongTraining.All,
        .. OneInAMillion.All,
    ];
}
