using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>A run of training on its way: what is learned is shown, logged and saved as it comes.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const int Validations = 10; // in a whole run

    private readonly TrainOptions options;
    private readonly Checkpoint start;
    private readonly int documents;
    private readonly Gpt gpt;
    private readonly Trainer trainer;
    private readonly Option<Func<Parameters, double>> validation;
    private readonly TrainingLogWriter log;
    private readonly StandardOutput output = new();
    private readonly ITrainingView view;
    private readonly Interruption interruption = new();
    private TrainingState state;
    private StepsSinceReport untold;

    /// <summary>The run from a checkpoint on.</summary>
    public TrainingSession(TrainOptions options, InitialState beginning, ImmutableArray<string> heldOut, Checkpoint start, TrainingLogWriter log)
    {
        (this.options, this.start, this.log, documents) = (options, start, log, beginning.Corpus.Documents.Length + heldOut.Length);
        gpt = new(start.Configuration);
        trainer = options.Engine.Trainer(gpt, new(options.Schedule, beginning.Tokens(options.Schedule)));
        validation = heldOut.IsEmpty ? None : CompiledLoss.Compile(gpt, beginning.Tokens(heldOut));
        view = options.Quiet ? new QuietView()
            : !Console.IsOutputRedirected && Tables.Console(Console.Out) is var console && console.Profile.Capabilities is { Ansi: true, Interactive: true }
                ? new LiveView(console, start.State.Step, Schedule.Steps, Invented)
                : new PlainView(output, Schedule.Steps);
        state = trainer(start.State, 0, _ => true).IfLeft(start.State); // as precise as the run is
        untold = new(state.Step, Schedule.BatchSize);
    }

    private TrainingSchedule Schedule => options.Schedule;

    /// <summary>Trains, saves and invents; what the process exits with.</summary>
    public int ToTheEnd()
    {
        if (!options.Quiet)
        {
            output.Line($"num docs: {documents}");
            output.Line($"vocab size: {start.Tokenizer.VocabSize}");
            output.Line($"num params: {state.Parameters.Values.Length}");
        }
        var ending = view.Run(Learn);
        if (interruption.ExitCode is { } code && ending is null)
        {
            Console.Error.WriteLine(options.Files.Save.Match(
                Some: path => $"Interrupted after step {state.Step}, which is saved; go on with --resume {path}.",
                None: () => $"Interrupted after step {state.Step}; with --save, it could go on from here."));
            return code;
        }
        return ending ?? Invent();
    }

    // Why there is nothing to invent, as an exit code, if that is so.
    private int? Learn()
    {
        try
        {
            do
            {
                if (LearnUntil(Milestone()) is { } failure) return ExitCode.Of([failure]);
                if (state.Step == Schedule.Steps || IsMultiple(options.Files.SaveEvery) || interruption.ExitCode is not null)
                    if (Save() is { } unsaved) return unsaved;
            }
            while (state.Step < Schedule.Steps && interruption.ExitCode is null);
            return null;
        }
        catch (Exception e) when (IoErrors.IsIoError(e) && options.Files.Save.IsSome)
        {
            Keep(); // nobody reads the output any more, or the log has no room: what was learned is not lost
            throw;
        }
    }

    // The next step after which something is to be done.
    private int Milestone()
    {
        var steps = new[] { options.Files.SaveEvery, BetweenValidations }.Somes().Select(every => (state.Step / every + 1L) * every);
        return (int)steps.Append(Schedule.Steps).Min();
    }

    private Option<int> BetweenValidations => validation.Map(_ => Math.Max(1, Schedule.Steps / Validations));

    private bool IsMultiple(Option<int> every) => every.Exists(steps => state.Step % steps == 0);

    // Until it is interrupted as well; why not, if a step cannot be made.
    private Problem? LearnUntil(int step)
    {
        while (state.Step < step && interruption.ExitCode is null)
        {
            ExceptionDispatchInfo? trouble = null;
            untold = new(state.Step, Schedule.BatchSize);
            var learned = trainer(state, step - state.Step, GoesOn);
            state = learned.IfLeft(state);
            trouble?.Throw();
            var due = learned.IsRight && (state.Step == Schedule.Steps || IsMultiple(BetweenValidations));
            Tell(due ? validation.Map(loss => loss(state.Parameters)) : None);
            if (learned.IsLeft) return (Problem)learned;
            view.Show(state);

            // What was learned until then is the trainer's: trouble with the world has to wait for it.
            bool GoesOn(StepResult finding)
            {
                untold.Add(finding);
                if (interruption.ExitCode is not null) return false;
                try
                {
                    return untold.End == step || !IsTimeToTell || !Tell(None);
                }
                catch (Exception e) when (IoErrors.IsIoError(e))
                {
                    trouble = ExceptionDispatchInfo.Capture(e);
                    return false;
                }
            }
        }
        return null;
    }

    // The first step at once: it shows that something happens.
    private bool IsTimeToTell => untold.IsLong || untold.End == start.State.Step + 1;

    // Shows and logs the steps that nobody was told of. Whether someone would see the state that they leave.
    private bool Tell(Option<double> validationLoss)
    {
        if (untold.IsEmpty) return false;
        var (wanted, speed) = (view.Show(untold), untold.DocumentsPerSecond);
        validationLoss.IfSome(loss => view.Show(untold.End, loss));
        foreach (var (step, finding) in untold.Steps)
            log.Add(step, finding, Schedule.RateAt(step - 1), step == untold.End ? validationLoss : None, speed);
        untold = new(untold.End, Schedule.BatchSize);
        return wanted;
    }

    // The log first, so that it never knows less than the checkpoint.
    private int? Save()
    {
        log.Flush();
        return Keep();
    }

    private int? Keep()
    {
        var problem = options.Files.Save.Bind(path => CheckpointStore.Save(start with { State = state }, path));
        problem.IfSome(Console.Error.WriteLine);
        return problem.IsSome ? ExitCode.IoError : null;
    }

    private int Invent()
    {
        if (!options.Quiet) output.Line("\n--- inference (new, hallucinated names) ---");
        var made = 0;
        Problem? failure = null;
        foreach (var invention in Sampling.Documents(Decoder(state), SamplingOptions.Of(options.Temperature), [], start.Random).Take(options.Samples))
        {
            if (interruption.ExitCode is { } code) return code;
            invention.Match(
                Right: name => output.Line($"sample {++made,2}: {start.Tokenizer.Decode(name.Tokens.AsSpan())}"),
                Left: problem => failure = problem);
        }
        return failure is null ? ExitCode.Success : ExitCode.Of([failure]);
    }

    // A name to look at, by a chance of its own: that of the run is not touched.
    private string Invented(TrainingState now) =>
        Sampling.Document(Decoder(now), SamplingOptions.Of(options.Temperature), [], PythonRandom.Seed(now.Step)).Match(
            Right: name => start.Tokenizer.Decode(name.Tokens.AsSpan()), Left: _ => "");

    private Decoder Decoder(TrainingState now) => options.Engine.Decoder(gpt, now.Parameters);

    public void Dispose()
    {
        interruption.Dispose();
        log.Dispose();
        output.Dispose();
    }
}
