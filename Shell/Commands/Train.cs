using System.CommandLine;
using LanguageExt;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Shell.Arguments;
using MicroGpt.Shell.Output;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>Learns from documents, and invents new ones.</summary>
internal static class Train
{
    private const string Notes =
        """
        Data:
          Without --data, the text is input.txt in the current folder. If there is
          none, the original's 32,033 names are downloaded, checked by SHA-256 and
          saved as input.txt. Without a network, a list of given names that comes
          with the program takes their place.

        Examples:
          microgpt --data names.txt --steps 5000 --log loss.csv
          microgpt --n-embd 32 --n-head 4 --n-layer 2 --seed 7
          microgpt --samples 50 --temperature 0.8

        """;

    /// <summary>The command with its options.</summary>
    public static Command Command()
    {
        var command = new Command("microgpt", "Trains a GPT on a list of names, and lets it invent new ones.");
        foreach (var option in TrainOptions.All.Append(Help.Option(Notes)))
            command.Add(option);
        command.Add(Gradcheck.Command());
        command.Add(Bench.Command());
        command.SetAction(parse => TrainOptions.In(parse).Bind(Run).Match(
            Succ: _ => ExitCode.Success,
            Fail: problems => ExitCode.Of(problems)));
        return command;
    }

    private static Validation<Problem, Unit> Run(TrainOptions options) => options.Model.Begin().Bind(beginning =>
        Log.Create(options.Log).Bind(log => Run(options, beginning, log)).ToValidation());

    private static Either<Problem, Unit> Run(TrainOptions options, Beginning beginning, Log log)
    {
        using var closing = log;
        using var output = new StandardOutput();
        var (corpus, tokenizer, parameters, random) = beginning;
        output.Line($"num docs: {corpus.Documents.Length}");
        output.Line($"vocab size: {tokenizer.VocabSize}");
        output.Line($"num params: {parameters.Values.Length}");

        var gpt = new Gpt(parameters.Configuration);
        var schedule = options.Schedule;
        var trainer = options.Engine.Trainer(gpt, new(schedule, beginning.Tokens(schedule)));
        var progress = new Progress(TrainingState.Start(parameters), [], None);
        foreach (var stretch in Stretches.Of(trainer, progress.State, schedule.Steps))
        {
            progress = stretch;
            Show();
        }
        output.EndProgress();
        return progress.Failure.Match(
            Some: problem => problem,
            None: () => Invent(options.Engine.Decoder(gpt, progress.State.Parameters), tokenizer, options, random, output));

        void Show()
        {
            var step = progress.State.Step - progress.Findings.Length;
            foreach (var finding in progress.Findings)
            {
                log.Add(step + 1, finding.Loss, schedule.RateAt(step));
                output.Progress($"step {++step,4} / {schedule.Steps,4} | loss {finding.Loss:F4}");
            }
        }
    }

    private static Either<Problem, Unit> Invent(
        Decoder decoder, Tokenizer tokenizer, TrainOptions options, PythonRandom random, StandardOutput output)
    {
        output.Line("\n--- inference (new, hallucinated names) ---");
        var made = 0;
        Problem? failure = null;
        foreach (var invention in Sampling.Documents(decoder, Taste.Of(options.Temperature), [], random).Take(options.Samples))
        {
            invention.Match(
                Right: name => output.Line($"sample {++made,2}: {tokenizer.Decode(name.Tokens.AsSpan())}"),
                Left: problem => failure = problem);
        }
        return failure is null ? unit : failure;
    }
}
