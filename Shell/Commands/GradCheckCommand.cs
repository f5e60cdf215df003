using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MicroGpt.Model;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Training;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;

namespace MicroGpt.Shell.Commands;

/// <summary>Shows that the gradient is right: the one that the first step of training learns from, by three witnesses.</summary>
internal static class GradCheckCommand
{
    private const string Notes =
        """
        Examples:
          microgpt gradcheck
          microgpt gradcheck --n-embd 8 --n-head 2 --n-layer 3 --engine scalar

        """;

    /// <summary>The command with its options.</summary>
    public static Command Command()
    {
        var command = new Command("gradcheck", "Checks the gradient that training learns from against three oracles.");
        foreach (var option in (CommandOption[])[.. ModelOptions.All, ModelOptions.SeedOption, EngineOptions.Engine.Option, Help.Option(Notes)])
            command.Add(option);
        command.SetAction(parse => (Unknown.In(parse), ModelOptions.In(parse), EngineOptions.Engine.In(parse))
            .Apply((_, model, scalar) => model.Begin().Map(beginning => Check(beginning, gpt => EngineOptions.Of(gpt, scalar))))
            .Bind(identity)
            .Match(Succ: code => code, Fail: problems => ExitCode.Of(problems)));
        return command;
    }

    /// <summary>Checks, reports, and says whether anything was off.</summary>
    public static int Check(InitialState beginning, Func<Gpt, Engine> engine)
    {
        var (gpt, parameters) = (new Gpt(beginning.Parameters.Configuration), beginning.Parameters);
        var document = beginning.Tokens(1)[0];
        var batch = Batch.Of(gpt.Configuration.BlockSize, document);
        var (loss, gradient) = engine(gpt)(parameters, batch);
        var function = new LossFunction(gpt, parameters, batch);

        var report = new GradientReport(Console.Out);
        report.Head(loss, beginning.Tokenizer.Decode(document.AsSpan()), parameters.Values.Length);
        var checks = GradientCheck.Run(function, gradient, beginning.Random).ToImmutableArray();
        report.Matrices(checks);
        report.StepSizes(GradientCheck.StepSizes(function, beginning.Random));
        return checks.All(check => check.Holds) ? ExitCode.Success : ExitCode.GradientIsOff;
    }
}
