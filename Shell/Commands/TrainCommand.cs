using System.CommandLine;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;

namespace MicroGpt.Shell.Commands;

/// <summary>Learns from documents, and invents new ones.</summary>
internal static class TrainCommand
{
    private const string Notes =
        """
        Data:
          Without --data, the text is input.txt in the current folder. If there is
          none, the original's 32,033 names are downloaded, checked by SHA-256 and
          saved as input.txt. Without a network, a list of given names that comes
          with the program takes their place.

        Interruptions:
          Ctrl-C finishes the step, saves if --save is given, and ends; again, it ends
          at once. What was saved goes on with --resume, to the same end.

        Examples:
          microgpt train --data names.txt --steps 5000 --log loss.csv
          microgpt --n-embd 32 --n-head 4 --n-layer 2 --seed 7
          microgpt --steps 100000 --save model.safetensors --save-every 1000
          microgpt --resume model.safetensors --save model.safetensors

        """;

    /// <summary>The command with its options, under its own name and as what is done where no command is named; and all others.</summary>
    public static RootCommand Command()
    {
        var root = new RootCommand("Trains a GPT on a list of names, and lets it invent new ones.");
        root.Options.Clear(); // its help has no notes
        Command[] commands =
        [
            Named(new("train", "Trains a GPT, and lets it invent names: what is done unless another command is named.")),
            SampleCommand.Command(), ScoreCommand.Command(), InspectCommand.Command(), ReportCommand.Command(), ExplainCommand.Command(), ShowCommand.Command(), GradCheckCommand.Command(),
            BenchCommand.Command(),
        ];
        foreach (var command in commands) root.Add(command);
        Named(root);
        root.Add(VersionAction.Option());
        return root;
    }

    private static Command Named(Command command)
    {
        foreach (var option in TrainOptions.All.Append(Help.Option(Notes))) command.Add(option);
        command.SetAction(parse => TrainOptions.In(parse).Bind(Begin).Match(
            Succ: run =>
            {
                using (run) return run.ToTheEnd();
            },
            Fail: problems => ExitCode.Of(problems)));
        return command;
    }

    private static Validation<Problem, TrainingSession> Begin(TrainOptions options) =>
        from whole in options.Model.Begin()
        from plan in options.Engine.Plan(options.Schedule, options.Model.Seed, options.Validation)
        from _ in options.Files.Save.IsNone ? whole.Parameters.Configuration : CheckpointFile.Fits(whole.Parameters.Configuration, plan.Precision)
        let begun = new Checkpoint(TrainingState.Start(whole.Parameters), whole.Random, whole.Tokenizer, plan, whole.DataSha256)
        from start in options.Files.Resumed.Match(
            Some: saved => begun.From(saved, options.Files.Extend), None: () => Validation<Problem, Checkpoint>.Success(begun))
        from parts in whole.Corpus.HoldOut(options.Validation).ToValidation()
        from log in TrainingLogWriter.Create(options.Files.Log, start.State.Step, start.Configuration).ToValidation()
        select new TrainingSession(options, whole with { Corpus = parts.Kept }, parts.HeldOut, start, log);
}
