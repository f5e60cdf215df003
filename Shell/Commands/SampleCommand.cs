using System.Collections.Immutable;
using System.CommandLine;
using System.Numerics;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using static LanguageExt.Prelude;
using CommandOption = System.CommandLine.Option;

namespace MicroGpt.Shell.Commands;

/// <summary>Lets a trained model invent.</summary>
internal static class SampleCommand
{
    private const int MostInVain = 1000;

    private const string Notes =
        """
        One name on each line. Without --seed, chance goes on from where training left
        it: these are the names that training ends with.

        Examples:
          microgpt sample --model model.safetensors --prompt ann --count 5
          microgpt sample --model model.safetensors --unique --novel names.txt
          microgpt sample --model model.safetensors --top-k 5 --show-probabilities

        """;

    private static readonly TypedOption<string> Prompt = TypedOption.Optional<string>("--prompt", "text", "ann",
        "How each name begins.", (_, text) => text);
    private static readonly TypedOption<double> Temperature = TypedOption.Positive("--temperature", 0.5,
        "How daring the choices are: below 1 the likely becomes likelier.");
    private static readonly TypedOption<int> TopK = TypedOption.Optional("--top-k", "n", "5",
        "Choose among the n likeliest characters only.", (name, text) => NumberParser.Count(1, name, text));
    private static readonly TypedOption<double> TopP = TypedOption.Optional("--top-p", "x", "0.9",
        "Choose among the likeliest characters only, as few as have probability x together.", NumberParser.Probability);
    private static readonly TypedOption<int> Count = TypedOption.Count("--count", 20, 0,
        "How many names to invent.");
    private static readonly TypedOption<BigInteger> Seed = TypedOption.Optional("--seed", "n", "42",
        "Where chance begins.", (name, text) => NumberParser.Whole(0, name, text));
    private static readonly TypedOption<string> Novel = TypedOption.File("--novel", "names.txt",
        "Only names that this file does not hold.");
    private static readonly System.CommandLine.Option<bool> Unique = TypedOption.Flag("--unique",
        "No name twice.");

    /// <summary>Whether each character is shown with its probability.</summary>
    public static System.CommandLine.Option<bool> ShowProbabilities { get; } = TypedOption.Flag("--show-probabilities",
        "Show each character with its probability and the likeliest others.");

    /// <summary>The command with its options.</summary>
    public static Command Command()
    {
        var command = new Command("sample", "Lets a trained model invent names.");
        CommandOption[] options =
        [
            ModelFile.Setting.Option, Prompt.Option, Temperature.Option, TopK.Option, TopP.Option, Count.Option, Seed.Option, Unique, Novel.Option,
            ShowProbabilities, Help.Option(Notes),
        ];
        foreach (var option in options) command.Add(option);
        command.SetAction(parse =>
        {
            var taste = (Temperature.In(parse), TopK.IfGivenIn(parse), TopP.IfGivenIn(parse)).Apply((t, k, p) => new SamplingOptions(t, k, p));
            var known = Novel.IfGivenIn(parse).Read(Names.Read)
                .Map(data => data.Map(found => found.Corpus.Documents.ToImmutableHashSet()).IfNone([]));
            var beginning = (ModelFile.In(parse), Prompt.IfGivenIn(parse))
                .Apply((model, text) => model.Tokenizer.Encode(text.IfNone("")).Map(prompt => (Model: model, Prompt: prompt)).ToValidation()).Bind(identity);
            return (Unknown.In(parse), beginning, taste, known, Count.In(parse), Seed.IfGivenIn(parse))
                .Apply((_, begun, choosing, names, count, seed) =>
                {
                    var random = seed.Match(Some: PythonRandom.Seed, None: () => begun.Model.Random);
                    var inventions = Sampling.Documents(begun.Model.Decoder(), choosing, begun.Prompt, random);
                    return Print(inventions, begun.Model, names, count, parse.GetValue(Unique), parse.GetValue(ShowProbabilities)).ToValidation();
                })
                .Bind(identity)
                .Match(Succ: _ => ExitCode.Success, Fail: problems => ExitCode.Of(problems));
        });
        return command;
    }

    private static Either<Problem, Unit> Print(
        IEnumerable<Either<Problem, GeneratedDocument>> inventions, Checkpoint checkpoint, ImmutableHashSet<string> known, int count, bool unique, bool probabilities)
    {
        using var output = new StandardOutput();
        var (found, inVain) = (0, 0);
        Problem? failure = null;
        foreach (var invention in inventions)
        {
            if (found == count || failure is not null) break;
            invention.Match(Left: problem => failure = problem, Right: Consider);
        }
        return failure is null ? unit : failure;

        void Consider(GeneratedDocument invention)
        {
            var name = checkpoint.Tokenizer.Decode(invention.Tokens.AsSpan());
            if (known.Contains(name))
            {
                if (++inVain == MostInVain)
                    failure = new Problem($"{found} of {count} names were found, and {MostInVain} more in a row were none to count; ask for fewer, or raise --temperature.");
                return;
            }
            (found, inVain) = (found + 1, 0);
            output.Line(name);
            if (probabilities) output.Line(ProbabilityTable.Of(invention.Choices, checkpoint.Tokenizer));
            if (unique) known = known.Add(name);
        }
    }
}
