using System.Runtime.ExceptionServices;
using LanguageExt;
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
    private const int ValidationsPerRun = 10;

    private readonly TrainingRun run;
    private readonly Gpt gpt;
    private readonly TrainingLogWriter log;
    private readonly Continuation continuation;
    private readonly StandardOutput output;
    private readonly ITrainingView view;
    private readonly Interruption interruption;
    private readonly GeneratedNames names;
    private TrainingState state;
    private DivergenceWatch divergence;
    private StepsSinceReport unreported;

    // Signals are heard from here on. Before, there is nothing to save, and they end the process.
    private TrainingSession(TrainingRun run, TrainingLogWriter log, ResumeCommand resume, StandardOutput output)
    {
        (this.run, this.log, this.output, continuation) = (run, log, output, new(run.Outputs.Save, resume));
        (gpt, state) = (new(run.Start.Configuration), run.Start.State);
        view = run.Outputs.Quiet
            ? new QuietView()
            : TrainingViews.Create(output, state.Step, Schedule.Steps, ReferenceLosses, GeneratePreview);
        interruption = new(() => view.Announce(continuation.Answer), view.Restore);
        names = new(run, gpt, interruption.Token);
        unreported = new(state.Step, Schedule.BatchSize);
    }

    private TrainingSchedule Schedule => run.Configuration.Schedule;

    private string ReferenceLosses => Invariant(
        $"chance {run.Start.Configuration.ChanceLoss:F2}, table {run.Entropy.Single:F2}, of pairs {run.Entropy.Pairs:F2}");

    private Backend Backend => Backends.Find(run.Configuration);

    private int Threads => run.Configuration.Threads.IfNone(Environment.ProcessorCount);

    private bool IsOver => state.Step == Schedule.Steps || interruption.Token.IsCancellationRequested;

    private bool IsSaveDue => IsOver || IsMultipleOf(run.Outputs.SaveEvery);

    private bool IsValidationDue => state.Step == Schedule.Steps || IsMultipleOf(ValidateEvery);

    // The first step is reported at once, to show that the run is alive.
    private bool IsReportDue => unreported.IsLong || unreported.End == run.Start.State.Step + 1;

    private Option<int> ValidateEvery => run.HeldOut.IsEmpty ? None : Math.Max(1, Schedule.Steps / ValidationsPerRun);

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
        .Bind(_ => GenerateSamples())
        .Map(_ => ShowExtension())
        .Match(Right: _ => ExitCode.Success, Left: early => early.Report());

    private static void ShowSizes(TrainingRun run, StandardOutput output)
    {
        output.Line($"num docs: {run.Documents}");
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
            run.HeldOut.IsEmpty ? None : Backend.CreateHeldOutLoss(gpt.Model, run.HeldOut, observer));
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
                (milestone, unreported) = (NextMilestone(), new(state.Step, Schedule.BatchSize));
                var trained = compiled.Trainer(state, milestone - state.Step, OnStep, interruption.Token);
                state = trained.IfLeft(state);
                error?.Throw();
                Report(trained.IsRight && IsValidationDue ? compiled.Validation.Bind(Validate) : None);
                trained.IfRight(view.Show);
                done = trained.MapLeft(EarlyExit.UserError).Bind(_ => IsSaveDue ? Save() : unit);
            }
            if (done.IsRight) output.Flush(); // before the sentences that follow on standard error
            return done;
        }
        catch (Exception e) when (IoErrors.IsIoError(e)) // the output is closed or the log has no room
        {
            return SaveCheckpoint().MapLeft(EarlyExit.IoError)
                .Bind(_ => EndIfInterrupted())
                .Bind<Unit>(_ => continuation.EndByError(e, state.Step));
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

    // A validation that is interrupted has no loss: its cell of the log stays empty.
    private Option<MeanLosses> Validate(HeldOutLoss loss) => IfNotCancelled(() => loss(state.Parameters, interruption.Token));

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

    // The next step after which the run saves, validates or ends.
    private int NextMilestone()
    {
        var steps = new[] { run.Outputs.SaveEvery, ValidateEvery }.Somes().Select(every => (state.Step / every + 1L) * every);
        return (int)steps.Append(Schedule.Steps).Min();
    }

    private bool IsMultipleOf(Option<int> every) => every.Exists(steps => state.Step % steps == 0);

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
        Some: path => CheckpointStore.Save(run.Start with { State = state }, path),
        None: () => unit);

    private Either<EarlyExit, Unit> EndIfInterrupted() => interruption.ExitCode.Match<Either<EarlyExit, Unit>>(
        Some: code => continuation.EndBySignal(code, state.Step),
        None: () => unit);

    private Either<EarlyExit, Unit> GenerateSamples()
    {
        if (!run.Outputs.Quiet) output.Line("\n--- inference (new, hallucinated names) ---");
        return IfNotCancelled(ShowSamples).IfNone(() => new EarlyExit(interruption.ExitCode.IfNone(ExitCode.Success), None));
    }

    private Either<EarlyExit, Unit> ShowSamples()
    {
        foreach (var (i, sample) in names.Samples(state).Index())
        {
            if (sample.Case is Problem problem) return EarlyExit.UserError(problem);
            sample.IfRight(name => output.Line($"sample {i + 1,2}: {name}"));
        }
        return unit;
    }

    // At a terminal, a run that is over and saved says how to go on.
    private Unit ShowExtension() => continuation.Extension(Schedule.Steps)
        .Filter(_ => !run.Outputs.Quiet && !Console.IsOutputRedirected)
        .Iter(sentence => output.Line($"\n{sentence}"));

    private Option<string> GeneratePreview(TrainingState now) => IfNotCancelled(() => names.Preview(now));

    public void Dispose() => interruption.Dispose();
}
