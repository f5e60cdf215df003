using System.CommandLine;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Export;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Commands;

/// <summary>Writes a computation of a trained model as an ONNX file.</summary>
internal static class ExportCommand
{
    private const string Notes =
        """
        Computations:
          logits     the logits at each position of one text, from its tokens
          step       the logits of the next token, from the last one and the keys and
                     values of those before it, for generation
          loss       the loss of documents
          gradient   the loss and the gradient of each matrix of parameters
          training   a step of the run's optimizer: loss, new parameters and slots;
                     what a step starts from is an input, and so is its learning rate

        ONNX Runtime and its build for browsers run the file; Netron draws it. Its metadata
        tell the alphabet, the token BOS, the sizes and the run.

        Examples:
          microgpt export --model model.safetensors --out model.onnx
          microgpt export --model model.safetensors --what training --precision single --out training.onnx

        """;

    private static readonly TypedOption<ExportedComputation> WhatOption = TypedOption.Choice("--what",
        [.. Enum.GetValues<ExportedComputation>().Select(what => (CheckpointExport.NameOf(what), what))],
        "The computation: logits, step, loss, gradient or training.");
    private static readonly TypedOption<Precision> PrecisionOption = TypedOption.OptionalChoice("--precision",
        [("single", Precision.Single), ("double", Precision.Double)],
        "The precision of the numbers: single, 32 bits, or double, 64 bits; by default, that of the run.");
    private static readonly TypedOption<string> OutOption = OutFile.Option("model.onnx", "The ONNX file to write.");

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("export", "Writes a trained model as an ONNX file, for other programs and for browsers.")
            .With(CheckpointOption.Model, WhatOption, PrecisionOption, OutOption, OutputOptions.ForceFlag)
            .With(HelpWithNotes.Option(Notes));
        command.SetAction(parse => ExitCode.Conclude(Export(parse)));
        return command;
    }

    private static Validation<Problem, int> Export(ParseResult parse)
    {
        var model = CheckpointOption.Model.ParseRequired(parse).Then(CheckpointStore.Read);
        return (
            UnknownArguments.Check(parse),
            model,
            WhatOption.Parse(parse),
            PrecisionOption.ParseOptional(parse),
            OutOption.ParseRequired(parse).Bind(path =>
                OutFile.Check(parse, path, FileFormat.Onnx, CheckpointOption.AsInput(parse)).Map(_ => path)))
            .Apply((_, run, what, precision, path) =>
                CheckpointExport.Of(run, what, precision.IfNone(run.RunConfiguration.Precision)).Map(export => Save(export, path)))
            .Flatten();
    }

    private static int Save(CheckpointExport export, string path) =>
        OutFile.Save(path, export.Write().AsMemory()).Match(
            Right: _ =>
            {
                using var output = new StandardOutput();
                output.Line($"{path} is written: {export}.");
                return ExitCode.Success;
            },
            Left: problem => EarlyExit.IoError(problem).Report());
}
