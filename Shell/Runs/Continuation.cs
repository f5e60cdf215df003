using LanguageExt;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static System.FormattableString;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The sentences that say how a run goes on after it has ended.</summary>
/// <param name="Save">The path of the checkpoint, if the run is saved.</param>
/// <param name="Resume">The command that goes on from the checkpoint.</param>
internal sealed record Continuation(Option<string> Save, ResumeCommand Resume)
{
    /// <summary>The answer to the first signal.</summary>
    public string Answer => "Interrupted: the run ends as soon as its state is whole"
        + $"{Save.Match(Some: path => $", which {path} then holds", None: () => "")}; a second signal ends it at once.";

    /// <summary>The end of a run by a signal, after a step.</summary>
    public EarlyExit EndBySignal(int code, int step) => new(code, Save.Match(
        Some: path => $"Interrupted after step {step}, which is saved; go on with\n{Resume.Format(path, None)}",
        None: () => $"Interrupted after step {step}; with --save, it could go on from here."));

    /// <summary>The end of a run by an I/O error, after a step. A reader that closes the pipe has seen enough, which is no error.</summary>
    public EarlyExit EndByError(Exception error, int step) => StandardOutput.WasClosed(error)
        ? new(ExitCode.Success, None)
        : EndByError(new Problem($"The run could not go on: {IoErrors.Reason(error)}"), step);

    /// <summary>The end of a run by a problem with a file, after a step.</summary>
    public EarlyExit EndByError(Problem problem, int step) => new(ExitCode.IoError, problem.Sentence + Save.Match(
        Some: path => $"\nStep {step} is saved; go on with\n{Resume.Format(path, None)}",
        None: () => ""));

    /// <summary>The sentence about a run that ended before its last step, since no validation was better than the best.</summary>
    public string Impatience(int step, BestValidation best) =>
        Invariant($"The run ended after step {step}: ")
        + Invariant($"{(best.Since == 1 ? "a validation was" : $"{best.Since} validations in a row were")} not better ")
        + Invariant($"than that of step {best.Step}, {best.Loss:F4}; a larger --patience goes on.");

    /// <summary>The command that doubles the steps of a saved run, with its sentence.</summary>
    public Option<string> Extension(int steps) => Save.Map(path => (Path: path, Steps: (int)Math.Min(2L * steps, int.MaxValue)))
        .Map(longer => $"The run is saved; go on to step {longer.Steps} with\n{Resume.Format(longer.Path, longer.Steps)}");
}
