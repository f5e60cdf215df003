using LanguageExt;
using MicroGpt.Shell.Output;
using MicroGpt.Training;

namespace MicroGpt.Shell.Runs;

/// <summary>The reports of the steps of a run: what the view shows of them, and their rows in the log.</summary>
internal sealed class StepReports(TrainingRun run, ITrainingView view, TrainingLogWriter log)
{
    private readonly TrainingSchedule schedule = run.Configuration.Schedule;
    private DivergenceWatch divergence;
    private StepsSinceReport unreported = new(run.Start.State.Step, run.Configuration.Schedule.BatchSize);

    /// <summary>The number of the last step.</summary>
    public int End => unreported.End;

    /// <summary>True if steps are to be reported now. The first step is reported at once, to show that the run is alive.</summary>
    public bool IsDue => unreported.IsLong || End == run.Start.State.Step + 1;

    /// <summary>Starts the clock of the next steps, unless steps wait for their report.</summary>
    public void Start()
    {
        if (unreported.IsEmpty) unreported = new(End, schedule.BatchSize);
    }

    /// <summary>Adds the result of a step that has just ended, and warns once if the run diverges.</summary>
    public void Add(StepResult result)
    {
        unreported.Add(result);
        (divergence, var warning) = divergence.With(End, result.Loss, schedule, run.Start.Configuration.ChanceLoss);
        warning.IfSome(problem => view.Announce(problem.Sentence));
    }

    /// <summary>Removes the last step, which the run does not keep.</summary>
    public void RemoveLast() => unreported.RemoveLast();

    /// <summary>Shows and logs the unreported steps. The losses of a validation, if any, are those after the last one.</summary>
    public void Report(Option<MeanLosses> validation)
    {
        if (unreported.IsEmpty) return;
        var speed = unreported.DocumentsPerSecond;
        view.Show(unreported);
        validation.IfSome(losses => view.Show(End, losses));
        foreach (var (step, result) in unreported.Steps)
            log.Add(step, result, schedule.RateAt(step - 1), step == End ? validation : Option<MeanLosses>.None, speed);
        unreported = new(End, schedule.BatchSize);
    }
}
