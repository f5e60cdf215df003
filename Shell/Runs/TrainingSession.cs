using System.Runtime.ExceptionServices;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static System.FormattableString;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The execution of a training run: it trains, shows, logs, validates, saves, and generates samples at the end.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly TrainingRun run;
    private readonly Gpt gpt;
    private readonly TrainingLogWriter log;
    private readonly Continuation continuation;
    private readonly StandardOutput output;
    private readonly ITrainingView view;
    private readonly Interruption interruption;
    private readonly GeneratedNames names;
    private readonly Milestones milestones;
    private Checkpoint reached;
    private DivergenceWatch divergence;
    private StepsSinceReport unreported;

    // Signals are heard from here on. Before, there is nothing to save, and they end the process.
    private TrainingSession(TrainingRun run, TrainingLogWriter log, ResumeCommand resume, StandardOutput output)
    {
        (this.run, this.log, this.output, continuation) = (run, log, output, new(run.Outputs.Save, resume));
        (gpt, reached) = (new(run.Start.Configuration), run.Start);
        milestones = new(Schedule.Steps, run.Outputs.SaveEvery, Validates: !run.HeldOut.IsEmpty);
        view = run.Outputs.Quiet
            ? new QuietView()
            : TrainingViews.Create(output, Step, Schedule.Steps, ReferenceLosses, GeneratePreview);
        interruption = new(() => view.Announce(continuation.Answer), view.Restore);
        names = new(run, gpt, interruption.Token);
        unreported = new(Step, Schedule.BatchSize);
    }

    private TrainingSchedule Schedule => run.Configuration.Schedule;

    private string ReferenceLosses => Invariant(
        $"chance {run.Start.Configuration.ChanceLoss:F2}, table {run.Entropy.Single:F2}, of pairs {run.Entropy.Pairs:F2}");

    private bool IsRunningText => run.Configuration.Split.IsRunningText;

    private Backend Backend => Backends.Find(run.Configuration);

    private int Threads => run.Configuration.Threads.IfNone(Environment.ProcessorCount);

    private int Step => reached.State.Step;

    private bool IsComplete => Step == Schedule.Steps;

    private bool IsOutOfPatience => run.Configuration.Patience.Exists(most => reached.Best.Since >= most);

    private bool IsOver => IsComplete || IsOutOfPatience || interruption.Token.IsCancellationRequested;

    private bool IsSaveDue => IsOver || milestones.IsSaveDue(Step);

    // The first step is reported at once, to show that the run is alive.
    private bool IsReportDue => unreported.IsLong || unreported.End == run.Start.State.Step + 1;

    /// <summary>Shows the sizes of a run, trains, saves and generates. Returns the exit code of the process.</summary>
    public static int Run(TrainingRun run, TrainingLogWriter log, ResumeCommand resume)
    {
        using (log)
        {
            using var output = new StandardOutput();
            if (!run.Outputs.Quiet) ShowSizes(run, output);
            using var session = new TrainingSession(run.Drawn(), log, resume, output);
            return session.Run();
        }
    }

    private int Run() => view.Run(Train)
        .Bind(_ => EndIfInterrupted())
        .Map(_ => TellPatience())
        .Bind(_ => GenerateSamples())
        .Map(_ => ShowExtension())
        .Match(Right: _ => ExitCode.Success, Left: early => early.Report());

    private static void ShowSizes(TrainingRun run, StandardOutput output)
    {
        output.Line(run.Extent);
        output.Line(Invariant($"vocab size: {run.Start.Tokenizer.VocabSize} (loss of chance: {run.Start.Configuration.ChanceLoss:F4}, ")
            + Invariant($"of a table of characters: {run.Entropy.Single:F4}, of pairs: {run.Entropy.Pairs:F4})"));
        output.Line($"num params: {run.Start.Configuration.ParameterCount}");
        run.CutLines.IfSome(Console.Error.WriteLine);
    }

    // A resumed run may be complete. Compilation changes no state, so a run that is interrupted in it is saved as it was.
    private Either<EarlyExit, Unit> Train() => IsOver ? Save() : IfNotCancelled(Compile).Match(Some: Train, None: Save);

    private (Trainer, Option<HeldOutLoss>) Compile()
    {
        var observer = new Observer(interruption.Token, view.Show);
        return (
            Backend.CreateTrainer(gpt.Model, run.Data, run.Configuration.Optimizer, Threads, observer),
            run.HeldOut.IsEmpty ? None : Backend.CreateHeldOutLoss(gpt.Model, run.HeldOut, Threads, observer));
    }

    // The trainer stops at each milestone, and where the view wants to see the state. An I/O error of a report stops it, too, and is thrown
    // after it has returned: it returns the state of the steps that it made only if no exception passes through it.
    private Either<EarlyExit, Unit> Train((Trainer Trainer, Option<HeldOutLoss> Validation) compiled)
    {
        var (milestone, error) = (0, default(ExceptionDispatchInfo));
        try
        {
            Either<EarlyExit, Unit> done = unit;
            while (done.IsRight && !IsOver)
            {
                milestone = milestones.Next(Step);
                if (unreported.IsEmpty) unreported = new(Step, Schedule.BatchSize);
                var before = reached;
                var trained = compiled.Trainer(before.State, milestone - Step, OnStep, interruption.Token);
                reached = before with { State = trained.IfLeft(before.State) };
                error?.Throw();
                done = trained.MapLeft(EarlyExit.UserError).Map(_ => unit);
                if (trained.IsRight && Step > before.State.Step && milestones.IsValidationDue(Step))
                    done = compiled.Validation.Match(Some: heldOut => Validate(heldOut, before), None: () => unit);
                else if (trained.IsLeft || IsSaveDue || !milestones.IsValidationDue(Step + 1)) Report(None);
                trained.IfRight(view.Show);
                done = done.Bind(_ => IsSaveDue ? Save() : unit);
            }
            if (done.IsRight) output.Flush(); // before the sentences that follow on standard error
            return done;
        }
        catch (Exception e) when (IoErrors.IsIoError(e)) // the output is closed or the log has no room
        {
            return SaveCheckpoint().MapLeft(EarlyExit.IoError)
                .Bind(_ => EndIfInterrupted())
                .Bind<Unit>(_ => continuation.EndByError(e, Step));
        }

        bool OnStep(StepResult result)
        {
            unreported.Add(result);
            try
            {
                WarnOfDivergence(result);
                if (unreported.End == milestone || !IsReportDue) return true;
                Report(None);
                return !view.WantsState;
            }
            catch (Exception e) when (IoErrors.IsIoError(e))
            {
                error = ExceptionDispatchInfo.Capture(e);
                return false;
            }
        }
    }

    private void WarnOfDivergence(StepResult result)
    {
        (divergence, var warning) = divergence.With(unreported.End, result.Loss, Schedule, run.Start.Configuration.ChanceLoss);
        warning.IfSome(problem => view.Announce(problem.Sentence));
    }

    // A step that is validated is reached together with its validation. If that is interrupted, or its results cannot be written, the run
    // is saved as it was before the step, and does both again when it is resumed.
    private Either<EarlyExit, Unit> Validate(HeldOutLoss heldOut, Checkpoint before)
    {
        (reached, var after) = (before, reached);
        var losses = IfNotCancelled(() => heldOut(after.State.Parameters, interruption.Token));
        if (losses.IsNone) unreported.RemoveLast();
        Report(losses);
        return losses.Map(found => after with { Best = after.Best.With(after.State.Step, found.PerToken) }).Match(
            None: () => unit,
            Some: validated => KeepBest(validated).Map(_ =>
            {
                reached = validated;
                return unit;
            }));
    }

    // A failure ends the run, which is saved.
    private Either<EarlyExit, Unit> KeepBest(Checkpoint validated) => run.Outputs.KeepBest.Filter(_ => validated.Best.Since == 0).Match(
        None: () => unit,
        Some: path =>
        {
            log.Flush();
            return CheckpointStore.Save(validated, path, OutputOptions.KeepBestName).MapLeft(problem =>
                SaveCheckpoint().Match(Right: _ => continuation.EndByError(problem, Step), Left: EarlyExit.IoError));
        });

    private static Option<A> IfNotCancelled<A>(Func<A> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            return None;
        }
    }

    // Shows and logs the unreported steps. The losses of a validation, if any, are those after the last one.
    private void Report(Option<MeanLosses> validation)
    {
        if (unreported.IsEmpty) return;
        var speed = unreported.DocumentsPerSecond;
        view.Show(unreported);
        validation.IfSome(losses => view.Show(unreported.End, losses));
        foreach (var (step, result) in unreported.Steps)
            log.Add(step, result, Schedule.RateAt(step - 1), step == unreported.End ? validation : None, speed);
        unreported = new(unreported.End, Schedule.BatchSize);
    }

    // The log is flushed first, so that it never holds fewer steps than the checkpoint.
    private Either<EarlyExit, Unit> Save()
    {
        log.Flush();
        return SaveCheckpoint().MapLeft(EarlyExit.IoError);
    }

    private Either<Problem, Unit> SaveCheckpoint() => run.Outputs.Save.Match(
        Some: path => CheckpointStore.Save(reached, path, OutputOptions.SaveName),
        None: () => unit);

    private Either<EarlyExit, Unit> EndIfInterrupted() => interruption.ExitCode.Match<Either<EarlyExit, Unit>>(
        Some: code => continuation.EndBySignal(code, Step),
        None: () => unit);

    private Unit TellPatience()
    {
        if (IsOutOfPatience && !IsComplete) Console.Error.WriteLine(continuation.Impatience(Step, reached.Best));
        return unit;
    }

    private Either<EarlyExit, Unit> GenerateSamples()
    {
        if (!run.Outputs.Quiet) output.Line($"\n--- inference (new, hallucinated {(IsRunningText ? "text" : "names")}) ---");
        return IfNotCancelled(ShowSamples).IfNone(() => new EarlyExit(interruption.ExitCode.IfNone(ExitCode.Success), None));
    }

    private Either<EarlyExit, Unit> ShowSamples()
    {
        foreach (var (i, sample) in names.Samples(reached.State).Index())
        {
            if (sample.Case is Problem problem) return EarlyExit.UserError(problem);
            sample.IfRight(text => output.Line(IsRunningText ? text : $"sample {i + 1,2}: {text}"));
        }
        return unit;
    }

    // At a terminal, a run that is over and saved says how to go on.
    private Unit ShowExtension() => continuation.Extension(Schedule.Steps)
        .Filter(_ => IsComplete && !run.Outputs.Quiet && !Console.IsOutputRedirected)
        .Iter(sentence => output.Line($"\n{sentence}"));

    private Option<string> GeneratePreview(TrainingState now) => IfNotCancelled(() => names.Preview(now));

    public void Dispose() => interruption.Dispose();
}
