using LanguageExt;
using MicroGpt.Training;

namespace MicroGpt.Shell.Output;

/// <summary>The choice of a display.</summary>
internal static class TrainingViews
{
    /// <summary>A live display in a terminal that can move its cursor; else a line for each step.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="from">The number of steps made before.</param>
    /// <param name="steps">The number of steps of the whole run.</param>
    /// <param name="references">The losses to compare with, as a line.</param>
    /// <param name="generate">Generates a name from a state; none if the run is interrupted.</param>
    public static ITrainingView Create(
        StandardOutput output, int from, int steps, string references, Func<TrainingState, Option<string>> generate) =>
        Console.IsOutputRedirected ? new PlainView(output, steps) : CreateForTerminal(output, from, steps, references, generate);

    // A method of its own: a run without a terminal does not load the library of the live display.
    private static ITrainingView CreateForTerminal(
        StandardOutput output, int from, int steps, string references, Func<TrainingState, Option<string>> generate) =>
        Tables.Console(Console.Out) is { Profile.Capabilities: { Ansi: true, Interactive: true } } console
            ? new LiveView(console, from, steps, references, generate)
            : new PlainView(output, steps);
}
