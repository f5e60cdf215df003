using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Shell.Runs;
using MicroGpt.Text;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using Command = System.CommandLine.Command;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Commands;

/// <summary>Trains a GPT, and lets it invent names.</summary>
internal static class TrainCommand
{
    private const string Notes =
        """
        Data:
          Without --data, the text is input.txt in the current folder. If there is
          none, the original's 32,033 names are downloaded, checked by SHA-256 and
          saved as input.txt. Without a network, the program learns from its own list
          of given names. --data names and --data shakespeare name texts that are
          downloaded once, checked by SHA-256 and kept in the cache folder of the
          platform, unless a file has that name.

        Files:
          A file that exists is replaced only by the run that goes on from it. --force
          replaces any, except those that the command reads. A run that is resumed
          keeps the rows of its --log, and refuses the log of another run.

        Interruptions:
          Ctrl-C, SIGTERM and SIGHUP are answered at once, and end the run as soon as
          its state is whole. The run is saved if --save is given, and the command
          line that goes on is printed. A second signal ends it at once.
          --resume continues a saved run, with the same result as without the
          interruption.

        Divergence:
          A run is warned of once, when the running mean of its loss is above three
          times that of chance. A run whose numbers are not finite ends unsaved.

        Examples:
          microgpt train --data names.txt --steps 5000 --log loss.csv
          microgpt --n-embd 32 --n-head 4 --n-layer 2 --seed 7
          microgpt --steps 100000 --save model.safetensors --save-every 1000
          microgpt --resume model.safetensors --save model.safetensors

        """;

    /// <summary>The command under its own name.</summary>
    public static Command Create() =>
        Configure(new("train", "Trains a GPT, and lets it invent names. This is the default command."));

    /// <summary>Gives a command the options and the action of training.</summary>
    public static Command Configure(Command command)
    {
        command.With([.. TrainOptions.All, HelpWithNotes.Option(Notes)]).SetAction(parse => ExitCode.Conclude(Open(parse).Map(
            opened => TrainingSession.Run(opened.Run, opened.Log, new(parse)))));
        return command;
    }

    // Options are parsed, files are read, and the problems of both are reported together.
    private static Validation<Problem, (TrainingRun Run, TrainingLogWriter Log)> Open(ParseResult parse)
    {
        var (data, resume) = (ModelOptions.DataOption.ParseOptional(parse), TrainOptions.ParseResume(parse));
        var outputs = OutputOptions.Parse(parse, data, resume);
        var saved = resume.Then(CheckpointStore.Read);
        var extension = TrainOptions.ParseExtend(parse);
        var options = TrainOptions.Parse(parse, saved.IfFail(Option<Checkpoint>.None));
        var documents = data.Map(CorpusSource.Locate).Then(CorpusSource.Read);
        return (UnknownArguments.Check(parse), outputs, saved, extension, documents, options).Apply(
            (_, files, resumed, extend, corpus, training) =>
                from run in Prepare(training, files, resumed, extend, corpus)
                from log in TrainingLogWriter.Create(files.Log, run.Start, resumed.IsSome, files.Force).ToValidation()
                select (run, log)).Flatten();
    }

    private static Validation<Problem, TrainingRun> Prepare(
        TrainOptions options, OutputOptions outputs, Option<Checkpoint> resumed, bool extend, Option<LoadedCorpus> corpus) =>
        from data in corpus.Map(Right<Problem, LoadedCorpus>)
            .IfNone(() => resumed.Match(Some: CorpusSource.Fetch, None: () => CorpusSource.Fetch())).ToValidation()
        from model in UntrainedModel.Create(options.Model, data)
        from configuration in RunConfiguration.Create(
            options.Schedule, options.Model.Seed, options.Engine.Backend.Precision, options.Engine.Backend.Engine, options.Validation,
            options.Optimizer)
        from _ in outputs.Save.IsNone ? model.Configuration : CheckpointFile
            .Fits(model.Configuration, configuration.Precision, configuration.Optimizer)
        let begun = new Checkpoint(
            // Slots take as much memory as parameters, and begin when these are drawn.
            new(Parameters.Zero(model.Configuration), [], 0), model.Random, model.Tokenizer, configuration,
            model.DataSha256)
        from start in resumed.Match<Validation<Problem, Checkpoint>>(Some: saved => begun.From(saved, extend), None: () => begun)
        from parts in model.Corpus.HoldOut(options.Validation).ToValidation()
        from documents in model.Encode(parts.Kept.Documents.Take(options.Schedule.DocumentCount))
        from heldOut in model.Encode(parts.HeldOut)
        select new TrainingRun(
            options, outputs, start, resumed.IsSome ? None : model, model.Corpus.Documents.Length, Entropy.Count(model.Corpus),
            model.CutLines,
            new(options.Schedule, documents), heldOut);
}
