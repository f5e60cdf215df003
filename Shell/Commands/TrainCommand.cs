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
          Each line is a document, unless --split says otherwise. --split none is for
          running text, such as shakespeare: the model learns from windows at random
          places, has no token for an end, and is validated on the last windows.
          A line ends at \n, \r or \r\n. A byte order mark is taken off. White space at
          both ends of a document does not count; running text keeps all.

        Settings:
          --config reads settings from a JSON file; --print-config writes such a file,
          with every setting. A key is an option without its dashes: n_embd. null stands
          for what is left out. Comments are allowed, and paths start from the current
          folder. The command line comes before the file, the file before the checkpoint
          of --resume, and that before the defaults.
          microgpt inspect, with the same options, tells where each value comes from.

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

        Weights:
          --weights begins with the matrices of a safetensors file, in F64, F32, F16 or
          BF16, and without their optimizer. The alphabet is that of the text. The file
          tells n_embd, n_layer and block_size, and the run must have the same; the
          number of heads is not in it. A checkpoint works, too. The documents and the
          samples are drawn by --seed as in a run without the file.

        Validation:
          The documents of --validation are held out. Their loss is computed ten times in
          a run, and after its last step. --keep-best and --patience go by the mean per
          token.

        Divergence:
          A run is warned of once, when the running mean of its loss is above three
          times that of chance. A run whose numbers are not finite ends unsaved.

        Examples:
          microgpt train --data names.txt --steps 5000 --log loss.csv
          microgpt train --data shakespeare --split none --n-embd 64 --block-size 64
          microgpt --n-embd 32 --n-head 4 --n-layer 2 --seed 7
          microgpt --steps 100000 --save model.safetensors --save-every 1000
          microgpt --resume model.safetensors --save model.safetensors
          microgpt --validation 0.1 --keep-best best.safetensors --patience 3
          microgpt --n-embd 32 --steps 5000 --print-config > run.json
          microgpt --config run.json --save model.safetensors

        """;

    private static readonly System.CommandLine.Option<bool> PrintConfigFlag = TypedOption.Flag("--print-config",
        "Print all settings as JSON for --config, and end.");
    private static readonly System.CommandLine.Option<bool> PrintSchemaFlag = TypedOption.Flag("--print-schema",
        "Print the JSON schema of such files, for an editor, and end.");

    /// <summary>The command under its own name.</summary>
    public static Command Create() =>
        Configure(new("train", "Trains a GPT, and lets it invent names. This is the default command."));

    /// <summary>Gives a command the options and the action of training.</summary>
    public static Command Configure(Command command)
    {
        command.With(
        [
            .. SettingOptions.All, .. OutputOptions.OfCheckpoint, .. RunOptions.OfFiles, RunOptions.ExtendFlag, .. OutputOptions.OfLog,
            PrintConfigFlag, PrintSchemaFlag, HelpWithNotes.Option(Notes),
        ]);
        command.SetAction(parse => ExitCode.Conclude(
            parse.GetValue(PrintSchemaFlag) ? Print(ConfigurationFile.Schema())
            : parse.GetValue(PrintConfigFlag) ? PrintConfiguration(parse)
            : Open(parse).Map(opened => TrainingSession.Run(opened.Run, opened.Log, new(parse)))));
        return command;
    }

    private static Validation<Problem, int> PrintConfiguration(ParseResult parse) =>
        (UnknownArguments.Check(parse), RunOptions.Read(parse).Configuration)
            .Apply((_, run) => Print(ConfigurationFile.Write(run)));

    private static int Print(string text)
    {
        using var output = new StandardOutput();
        output.Line(text.TrimEnd('\n'));
        return ExitCode.Success;
    }

    // Options are parsed, files are read, and the problems of both are reported together.
    private static Validation<Problem, (TrainingRun Run, TrainingLogWriter Log)> Open(ParseResult parse)
    {
        var options = RunOptions.Read(parse);
        return (
            UnknownArguments.Check(parse),
            OutputOptions.Parse(parse, options),
            options.Resumed,
            RunOptions.ParseExtend(parse),
            CorpusSource.Read(options.Given),
            options.ReadWeights(),
            options.Given.Validate()).Apply((_, outputs, resumed, extend, corpus, weights, configuration) =>
                from run in Prepare(configuration, outputs, resumed, extend, corpus, weights, PlaceOf)
                from log in TrainingLogWriter.Create(outputs.Log, run.Start, resumed.IsSome, outputs.Force).ToValidation()
                select (run, log)).Flatten();

        string PlaceOf(string setting) => options.Given.SourceOf(setting).PlaceOf(setting);
    }

    private static Validation<Problem, TrainingRun> Prepare(
        RunConfiguration run, OutputOptions outputs, Option<Checkpoint> resumed, bool extend, Option<LoadedCorpus> corpus,
        Option<Weights> weights, Func<string, string> placeOf) =>
        from data in corpus.Map(Right<Problem, LoadedCorpus>)
            .IfNone(() => resumed.Match(Some: CorpusSource.Fetch, None: () => CorpusSource.Fetch(run.Split))).ToValidation()
        from untrained in UntrainedModel.Create(run, data)
        from model in untrained.BeginWith(weights)
        from _ in outputs.Save.IsNone && outputs.KeepBest.IsNone ? model.Configuration
            : CheckpointFile.Fits(model.Configuration, run.Precision, run.Optimizer)
        let begun = new Checkpoint(
            // Slots take as much memory as parameters, and begin when these are drawn.
            new(Parameters.Zero(model.Configuration.Table), [], 0), model.Random, model.Tokenizer, run, model.DataSha256)
        from start in resumed.Match<Validation<Problem, Checkpoint>>(Some: saved => begun.From(saved, extend, placeOf), None: () => begun)
        from divided in model.Divide(run)
        select new TrainingRun(
            outputs, start, resumed.IsSome ? None : model.First, model.Extent, Entropy.Count(model.Corpus), model.CutLines, divided.Data,
            divided.HeldOut);
}
