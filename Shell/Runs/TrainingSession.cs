using System.Runtime.ExceptionServices;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The execution of a training run: it trains, validates and saves, and prints samples at the end.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const long LargeHeap = 100 << 20; // bytes

    private readonly TrainingRun run;
    private readonly Gpt gpt;
    private readonly Continuation continuation;
    private readonly StandardOutput output;
    private readonly ITrainingView view;
    private readonly Interruption interruption;
    private readonly GeneratedNames names;
    private readonly Milestones milestones;
    private readonly SavedRun saved;
    private readonly StepReports reports;
    private Checkpoint reached;

    // Signals are heard from here on. Before, there is nothing to save, and they end the process.
    private TrainingSession(TrainingRun run, TrainingLogWriter log, ResumeCommand resume, StandardOutput output)
    {
        (this.run, this.output, continuation) = (run, output, new(run.Outputs.Save, resume));
        (gpt, reached, saved) = (new(run.Start.Configuration), run.Start, new(run.Outputs, log, continuation));
        milestones = new(Schedule.Steps, run.Outputs.SaveEvery, Validates: !run.HeldOut.IsEmpty);
        view = run.Outputs.Quiet ? new QuietView() : TrainingViews.Create(output, run.Outline, GeneratePreview);
        interruption = new(() => view.Announce(continuation.Answer), view.Restore);
        names = new(run, gpt, interruption.Token);
        reports = new(run, view, log);
    }

    private TrainingSchedule Schedule => run.Configuration.Schedule;

    private Backend Backend => Backends.Find(run.Configuration);

    private int Threads => run.Configuration.CountThreads();

    private int Step => reached.State.Step;

    private bool IsComplete => Step == Schedule.Steps;

    private bool IsOutOfPatience => run.Configuration.Patience.Exists(most => reached.Best.Since >= most);

    private bool IsOver => IsComplete || IsOutOfPatience || interruption.Token.IsCancellationRequested;

    private bool IsSaveDue => IsOver || milestones.IsSaveDue(Step);

    /// <summary>Shows the sizes of a run, trains, saves and generates. Returns the exit code of the process.</summary>
    public static int Run(TrainingRun run, TrainingLogWriter log, ResumeCommand resume)
    {
        using (log)
        {
            using var output = new StandardOutput();
            if (!run.Outputs.Quiet) ShowHeader(run, output);
            ReturnMemory();
            using var session = new TrainingSession(run.Drawn(), log, resume, output);
            return session.Run();
        }
    }

    // Reading leaves a large text as garbage. A run allocates so little that the collector would leave it there.
    private static void ReturnMemory()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > LargeHeap) GC.Collect(2, GCCollectionMode.Aggressive);
    }

    private int Run() => view.Run(Train)
        .Bind(_ => EndIfInterrupted())
        .Map(_ => TellPatience())
        .Bind(_ => GenerateSamples())
        .Map(_ => ShowExtension())
        .Match(Right: _ => ExitCode.Success, Left: early => early.Report());

    private static void ShowHeader(TrainingRun run, StandardOutput output)
    {
        foreach (var line in run.Header) output.Line(line);
        run.CutLines.IfSome(Console.Error.WriteLine);
    }

    // A resumed run may be complete. Compilation changes no state, so a run that is interrupted in it is saved as it was.
    private Either<EarlyExit, Unit> Train() =>
        IsOver ? saved.Save(reached) : IfNotCancelled(Compile).Match(Some: Train, None: () => saved.Save(reached));

    private (Trainer, Option<Scorer>) Compile()
    {
        var observer = new Observer(interruption.Token, view.Show);
        return (
            Backend.CreateTrainer(gpt.Model, run.Data, run.Configuration.Optimizer, Threads, observer),
            run.HeldOut.IsEmpty ? None : Backend.CreateScorer(gpt.Model, Threads, observer));
    }

    // The trainer stops at each milestone, and where the view wants to see the state. An I/O error of a report stops it, too, and is thrown
    // after it has returned: it returns the state of the steps that it made only if no exception passes through it.
    private Either<EarlyExit, Unit> Train((Trainer Trainer, Option<Scorer> Validation) compiled)
    {
        var (milestone, error) = (0, default(ExceptionDispatchInfo));
        try
        {
            Either<EarlyExit, Unit> done = unit;
            while (done.IsRight && !IsOver)
            {
                milestone = milestones.Next(Step);
                reports.Start();
                var before = reached;
                var trained = compiled.Trainer(before.State, milestone - Step, OnStep, interruption.Token);
                reached = before with { State = trained.IfLeft(before.State) };
                error?.Throw();
                done = trained.MapLeft(EarlyExit.UserError).Map(_ => unit);
                if (trained.IsRight && Step > before.State.Step && milestones.IsValidationDue(Step))
                    done = compiled.Validation.Match(Some: score => Validate(score, before), None: () => unit);
                else if (trained.IsLeft || IsSaveDue || !milestones.IsValidationDue(Step + 1)) reports.Report(None);
                trained.IfRight(view.Show);
                done = done.Bind(_ => IsSaveDue ? saved.Save(reached) : unit);
            }
            if (done.IsRight) output.Flush(); // before the sentences that follow on standard error
            return done;
        }
        catch (Exception e) when (IoErrors.IsIoError(e)) // the output is closed or the log has no room
        {
            return saved.SaveUnlogged(reached)
                .Bind(_ => EndIfInterrupted())
                .Bind<Unit>(_ => continuation.EndByError(e, Step));
        }

        bool OnStep(StepResult result)
        {
            try
            {
                reports.Add(result);
                if (reports.End == milestone || !reports.IsDue) return true;
                reports.Report(None);
                return !view.WantsState;
            }
            catch (Exception e) when (IoErrors.IsIoError(e))
            {
                error = ExceptionDispatchInfo.Capture(e);
                return false;
            }
        }
    }

    // A step that is validated is reached together with its validation. If that is interrupted, or its results cannot be written, the run
    // is saved as it was before the step, and does both again when it is resumed.
    private Either<EarlyExit, Unit> Validate(Scorer score, Checkpoint before)
    {
        (reached, var after) = (before, reached);
        var losses = IfNotCancelled(() => MeanLosses.Average(score(after.State.Parameters, run.HeldOut, new(interruption.Token))));
        if (losses.IsNone) reports.RemoveLast();
        reports.Report(losses);
        return losses.Map(found => after with { Best = after.Best.With(after.State.Step, found.PerToken) }).Match(
            None: () => unit,
            Some: validated => saved.KeepBest(validated, reached).Map(_ =>
            {
                reached = validated;
                return unit;
            }));
    }

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

    private Either<EarlyExit, Unit> EndIfInterrupted() => interruption.ExitCode.Match<Either<EarlyExit, Unit>>(
        Some: code => continuation.EndBySignal(code, Step),
        None: () => unit);

    private Unit TellPatience()
    {
        if (IsOutOfPatience && !IsComplete) Console.Error.WriteLine(continuation.Impatience(Step, reached.Best));
        return unit;
    }

    // A signal ends the samples. The run is saved before.
    private Either<EarlyExit, Unit> GenerateSamples()
    {
        var kind = run.Configuration.Split.IsRunningText ? "text" : "names";
        if (!run.Outputs.Quiet) output.Line($"\n--- inference (new, hallucinated {kind}) ---");
        return IfNotCancelled(() => names.Print(reached.State, output).MapLeft(EarlyExit.UserError)).IfNone(unit)
            .Bind(_ => interruption.ExitCode.Match<Either<EarlyExit, Unit>>(Some: code => new EarlyExit(code, None), None: () => unit));
    }

    // At a terminal, a run that is over and saved says how to go on.
    private Unit ShowExtension() => continuation.Extension(Schedule.Steps)
        .Filter(_ => IsComplete && !run.Outputs.Quiet && !Console.IsOutputRedirected)
        .Iter(sentence => output.Line($"\n{sentence}"));

    private Option<string> GeneratePreview(TrainingState now) => IfNotCancelled(() => names.Preview(now));

    public void Dispose() => interruption.Dispose();
}
