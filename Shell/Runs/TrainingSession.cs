using System.Runtime.ExceptionServices;
using LanguageExt;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The execution of a training run: it trains, shows, logs, validates, saves, and generates samples at the end.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const int ValidationsPerRun = 10;

    private readonly TrainingRun run;
    private readonly Gpt gpt;
    private readonly Trainer trainer;
    private readonly Option<Func<Parameters, double>> validate;
    private readonly TrainingLogWriter log;
    private readonly StandardOutput output = new();
    private readonly ITrainingView view;
    private readonly Interruption interruption = new();
    private TrainingState state;
    private StepsSinceReport unreported;

    /// <summary>A session that has not started.</summary>
    public TrainingSession(TrainingRun run, TrainingLogWriter log)
    {
        (this.run, this.log, gpt, state) = (run, log, new(run.Start.Configuration), run.Start.State);
        trainer = run.Options.Engine.CreateTrainer(gpt, run.Data);
        validate = run.HeldOut.IsEmpty ? None : CompiledLoss.Compile(gpt, run.HeldOut);
        view = run.Options.Quiet ? new QuietView() : TrainingViews.Create(output, state.Step, Schedule.Steps, GeneratePreview);
        unreported = new(state.Step, Schedule.BatchSize);
    }

    private TrainingSchedule Schedule => run.Options.Schedule;

    private bool IsOver => state.Step == Schedule.Steps || interruption.IsRequested;

    private bool IsSaveDue => IsOver || IsMultipleOf(run.Outputs.SaveEvery);

    private bool IsValidationDue => state.Step == Schedule.Steps || IsMultipleOf(ValidateEvery);

    // The first step is reported at once, to show that the run is alive.
    private bool IsReportDue => unreported.IsLong || unreported.End == run.Start.State.Step + 1;

    private Option<int> ValidateEvery => validate.Map(_ => Math.Max(1, Schedule.Steps / ValidationsPerRun));

    /// <summary>Trains, saves and generates. Returns the exit code of the process.</summary>
    public int Run()
    {
        if (!run.Options.Quiet) ShowSizes();
        return view.Run(Train)
            .Bind(_ => EndIfInterrupted())
            .Bind(_ => GenerateSamples())
            .Match(Right: _ => ExitCode.Success, Left: early => early.Report());
    }

    private void ShowSizes()
    {
        output.Line($"num docs: {run.Documents}");
        output.Line($"vocab size: {run.Start.Tokenizer.VocabSize}");
        output.Line($"num params: {run.Start.Configuration.ParameterCount}");
    }

    // The trainer stops at each milestone, and where the view wants to see the state. An I/O error of a report stops it, too, and is thrown
    // after it has returned: it returns the state of the steps that it made only if no exception passes through it.
    private Either<EarlyExit, Unit> Train()
    {
        var (milestone, error) = (0, default(ExceptionDispatchInfo));
        try
        {
            var done = IsOver ? Save() : unit; // a resumed run may be complete
            while (done.IsRight && !IsOver)
            {
                (milestone, unreported) = (NextMilestone(), new(state.Step, Schedule.BatchSize));
                var trained = trainer(state, milestone - state.Step, OnStep);
                state = trained.IfLeft(state);
                error?.Throw();
                Report(trained.IsRight && IsValidationDue ? validate.Map(loss => loss(state.Parameters)) : None);
                trained.IfRight(view.Show);
                done = trained.MapLeft(EarlyExit.UserError).Bind(_ => IsSaveDue ? Save() : unit);
            }
            return done;
        }
        catch (Exception e) when (IoErrors.IsIoError(e) && run.Outputs.Save.IsSome)
        {
            SaveCheckpoint().IfLeft(problem => Console.Error.WriteLine(problem)); // the output is closed or the log has no room
            throw;
        }

        bool OnStep(StepResult result)
        {
            unreported.Add(result);
            if (interruption.IsRequested) return false;
            try
            {
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

    // The next step after which the run saves, validates or ends.
    private int NextMilestone()
    {
        var steps = new[] { run.Outputs.SaveEvery, ValidateEvery }.Somes().Select(every => (state.Step / every + 1L) * every);
        return (int)steps.Append(Schedule.Steps).Min();
    }

    private bool IsMultipleOf(Option<int> every) => every.Exists(steps => state.Step % steps == 0);

    // Shows and logs the unreported steps. The validation loss, if any, is that of the last one.
    private void Report(Option<double> validationLoss)
    {
        if (unreported.IsEmpty) return;
        var speed = unreported.DocumentsPerSecond;
        view.Show(unreported);
        validationLoss.IfSome(loss => view.Show(unreported.End, loss));
        foreach (var (step, result) in unreported.Steps)
            log.Add(step, result, Schedule.RateAt(step - 1), step == unreported.End ? validationLoss : None, speed);
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
        Some: code => new EarlyExit(code, run.Outputs.Save.Match(
            Some: path => $"Interrupted after step {state.Step}, which is saved; go on with --resume {path}.",
            None: () => $"Interrupted after step {state.Step}; with --save, it could go on from here.")),
        None: () => unit);

    private Either<EarlyExit, Unit> GenerateSamples()
    {
        if (!run.Options.Quiet) output.Line("\n--- inference (new, hallucinated names) ---");
        var documents = Sampling.Documents(CreateDecoder(state), SamplingOptions.Of(run.Options.Temperature), [], run.Start.Random);
        foreach (var (document, i) in documents.Take(run.Options.Samples).Select((document, i) => (document, i)))
        {
            var shown = interruption.ExitCode.Match<Either<EarlyExit, Unit>>(
                Some: code => new EarlyExit(code, None),
                None: () => document.Map(sample => ShowSample(i + 1, sample)).MapLeft(EarlyExit.UserError));
            if (shown.IsLeft) return shown;
        }
        return unit;
    }

    private Unit ShowSample(int number, GeneratedDocument sample)
    {
        output.Line($"sample {number,2}: {Decode(sample)}");
        return unit;
    }

    // A name for the view, from a random stream of its own: the stream of the run does not move.
    private string GeneratePreview(TrainingState now) =>
        Sampling.Document(CreateDecoder(now), SamplingOptions.Of(run.Options.Temperature), [], PythonRandom.Seed(now.Step))
            .Match(Right: Decode, Left: _ => "");

    private Decoder CreateDecoder(TrainingState now) => run.Options.Engine.CreateDecoder(gpt, now.Parameters);

    private string Decode(GeneratedDocument document) => run.Start.Tokenizer.Decode(document.Tokens.AsSpan());

    public void Dispose()
    {
        interruption.Dispose();
        log.Dispose();
        output.Dispose();
    }
}
