using LanguageExt;
using MicroGpt.Training;

namespace MicroGpt.Shell.Output;

/// <summary>The choice of a display.</summary>
internal static class TrainingViews
{
    /// <summary>A live display in a terminal that can move its cursor; else a line for each step.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="run">The run.</param>
    /// <param name="generate">Generates a name from a state; none if the run is interrupted.</param>
    public static ITrainingView Create(StandardOutput output, RunOutline run, Func<TrainingState, Option<string>> generate) =>
        Console.IsOutputRedirected ? CreatePlain(output, run) : CreateForTerminal(output, run, generate);

    private static PlainView CreatePlain(StandardOutput output, RunOutline run) => new(output, run, TimeOf(run));

    // A method of its own: a run without a terminal does not load the library of the live display.
    private static ITrainingView CreateForTerminal(StandardOutput output, RunOutline run, Func<TrainingState, Option<string>> generate) =>
        Tables.Console(Console.Out) is { Profile.Capabilities: { Ansi: true, Interactive: true } } console
            ? new LiveView(console, run, TimeOf(run), generate)
            : CreatePlain(output, run);

    private static TimeLeft TimeOf(RunOutline run) => new("step", run.From, run.Steps, TimeProvider.System);
}
