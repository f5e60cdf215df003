using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Training;
using CommandOption = System.CommandLine.Option;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Options;

/// <summary>The options of the optimizer: its name, and each hyperparameter that one of the optimizers has.</summary>
internal static class OptimizerOptions
{
    private static readonly TypedOption<Optimizer> OptimizerOption = TypedOption.Choice("--optimizer",
        [.. Optimizers.All.Select(optimizer => (optimizer.Name, optimizer))],
        "The optimizer: adam, as the original; adamw, with decoupled weight decay; sgd, gradient descent.");

    private static readonly ImmutableArray<HyperparameterOption> Hyperparameters =
    [
        .. from optimizer in Optimizers.All
           from hyperparameter in optimizer.Hyperparameters
           group (optimizer, hyperparameter) by hyperparameter.Name into having
           select HyperparameterOption.Of(having.First().hyperparameter, [.. having.Select(each => each.optimizer)]),
    ];

    /// <summary>All options of the optimizer, in the order that help lists them.</summary>
    public static IEnumerable<CommandOption> All => [OptimizerOption, .. Hyperparameters.Select(each => each.Option)];

    /// <summary>True if a command line has one of these options.</summary>
    public static bool AreGiven(ParseResult parse) => All.Any(option => parse.GetResult(option) is { Implicit: false });

    /// <summary>The optimizer of a command line, or every problem with it. A run that is resumed supplies what is left out.</summary>
    public static Validation<Problem, Optimizer> Parse(ParseResult parse, Option<RunConfiguration> saved)
    {
        var named = OptimizerOption.ParseOr(saved, run => run.Optimizer, parse)
            .Map(chosen => saved.Map(run => run.Optimizer).Filter(before => before.Name == chosen.Name).IfNone(chosen));
        return named.Bind(optimizer => Hyperparameters.Select(each => each.Parse(parse, optimizer)).Sequence()
            .Bind(values => values.Somes().Fold(Validation<Problem, Optimizer>.Success(optimizer), (state, value) =>
                state.Bind(before => before.With(value.Name, value.Value)))));
    }

    /// <summary>The option of a hyperparameter: --weight-decay for weight_decay.</summary>
    private sealed record HyperparameterOption(
        string Name, CommandOption Option, Func<ParseResult, Validation<Problem, Option<double>>> Read)
    {
        /// <summary>An option, whose help names the optimizers that have it, and their default.</summary>
        public static HyperparameterOption Of(Hyperparameter of, ImmutableArray<Optimizer> optimizers)
        {
            var name = OptionName(of.Name);
            var owners = optimizers.Length == Optimizers.All.Length ? ""
                : $" Of {string.Join(" and ", optimizers.Select(optimizer => optimizer.Name))}.";
            if (of.IsFlag)
            {
                var flag = TypedOption.Flag(name, of.Meaning + owners);
                return new(of.Name, flag, parse => parse.GetValue(flag) ? Option<double>.Some(1) : Option<double>.None);
            }
            var standard = FormattableString.Invariant($"{of.Value}");
            var number = TypedOption.Optional(
                name, "x", standard, $"{of.Meaning}{owners} [default: {standard}]", NumberParser.ParseFinite);
            return new(of.Name, number, number.ParseOptional);
        }

        /// <summary>The value if it is given. A problem if it is not valid, or if the optimizer has no such hyperparameter.</summary>
        public Validation<Problem, Option<(string Name, double Value)>> Parse(ParseResult parse, Optimizer optimizer) =>
            Read(parse).Bind(given => given.Match(
                None: () => Option<(string, double)>.None,
                Some: value => optimizer.Hyperparameters.Find(each => each.Name == Name).Match(
                    None: () => new Problem($"{optimizer.Name} has no {Option.Name}; it has "
                        + $"{string.Join(", ", optimizer.Hyperparameters.Select(each => OptionName(each.Name)))}."),
                    Some: found => found.Check(Option.Name, value)
                        .Map(valid => Option<(string, double)>.Some((Name, valid))))));

        private static string OptionName(string hyperparameter) => $"--{hyperparameter.Replace('_', '-')}";
    }
}
