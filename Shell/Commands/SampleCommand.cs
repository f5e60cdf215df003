using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Randomness;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Options;
using MicroGpt.Shell.Output;
using MicroGpt.Shell.Runs;
using MicroGpt.Text;
using static LanguageExt.Prelude;
using Command = System.CommandLine.Command;
using ParseResult = System.CommandLine.ParseResult;

namespace MicroGpt.Shell.Commands;

/// <summary>Lets a trained model invent names.</summary>
internal static class SampleCommand
{
    private const int MaxRejected = 1000; // in a row
    private const int NamesByDefault = 20, CharactersByDefault = 500;

    private const string Notes =
        """
        Prints one name on each line. Without --seed, the random stream continues from
        the end of training, so the names are those that training printed. Of running
        text, it prints one text, each character as soon as it is chosen. It begins
        with the prompt; without one, as after a line end. Ctrl-C ends after a whole
        name. If the output is a file or a pipe, the terminal shows the time left.

        Examples:
          microgpt sample --model model.safetensors --prompt ann --count 5
          microgpt sample --model model.safetensors --unique --novel names.txt
          microgpt sample --model model.safetensors --top-k 5 --show-probabilities
          microgpt sample --model model.safetensors --prompt "To be" --length 1000

        """;

    private static readonly TypedOption<string> PromptOption = TypedOption.Text("--prompt", TypedOption.AnyText, "ann",
        "The beginning of each name.");
    private static readonly TypedOption<Temperature> TemperatureOption = TypedOption.Temperature(
        "The temperature of the choices: below 1, likely characters become likelier; at 0, each is the likeliest.");
    private static readonly TypedOption<int> TopKOption = TypedOption.Optional("--top-k", "n", "5",
        "Choose among the n likeliest characters only.", (name, text) => NumberParser.ParseCount(1, name, text));
    private static readonly TypedOption<double> TopPOption = TypedOption.Optional("--top-p", "x", "0.9",
        "Choose among the fewest likeliest characters whose probabilities add up to x.",
        (name, text) => NumberParser.Parse(CheckProbability, name, text));
    private static readonly TypedOption<int> CountOption = TypedOption.Optional("--count", "n", $"{NamesByDefault}",
        "The number of names, 20 by default; or of running texts, 1 by default.", (name, text) => NumberParser.ParseCount(0, name, text));
    private static readonly TypedOption<int> LengthOption = TypedOption.Optional("--length", "n", "1000",
        "The most characters after the prompt; by default, those that the block has room for, and 500 of running text.",
        (name, text) => NumberParser.ParseCount(1, name, text));
    private static readonly TypedOption<BigInteger> SeedOption = TypedOption.Optional("--seed", "n", "42",
        "The seed of the random numbers.", (name, text) => NumberParser.ParseWhole(0, name, text));
    private static readonly TypedOption<string> NovelOption = TypedOption.File("--novel", "names.txt",
        "A file of names to leave out, one on each line; what lies beyond block_size in a name does not count.");
    private static readonly System.CommandLine.Option<bool> UniqueFlag = TypedOption.Flag("--unique",
        "Print no name twice.");

    /// <summary>The flag that shows each character with its probability.</summary>
    public static System.CommandLine.Option<bool> ProbabilitiesFlag { get; } = TypedOption.Flag("--show-probabilities",
        "Show each character with its probability and the likeliest others.");

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("sample", "Lets a trained model invent names.").With(
            CheckpointOption.Model, PromptOption, TemperatureOption, TopKOption, TopPOption, CountOption, LengthOption, SeedOption,
            UniqueFlag, NovelOption, ProbabilitiesFlag, HelpWithNotes.Option(Notes));
        command.SetAction(parse => ExitCode.Conclude(Sample(parse)));
        return command;
    }

    private static Validation<Problem, double> CheckProbability(string name, double number) =>
        Validate.Positive(name, number).Bind<double>(positive => positive <= 1
            ? positive
            : new Problem(FormattableString.Invariant($"{name} is {positive}; it must be at most 1.")));

    private static Validation<Problem, int> Sample(ParseResult parse)
    {
        var model = CheckpointOption.Model.ParseRequired(parse).Then(CheckpointStore.Read);
        var prompted = (model, PromptOption.ParseOptional(parse)).Apply(Encode).Flatten();
        var sampling = (TemperatureOption.Parse(parse), TopKOption.ParseOptional(parse), TopPOption.ParseOptional(parse))
            .Apply((temperature, k, p) =>
                new SamplingOptions(temperature, k, p) { KeepsProbabilities = parse.GetValue(ProbabilitiesFlag) });
        var split = model.Match(Succ: saved => saved.RunConfiguration.Split, Fail: _ => Split.Lines);
        var listed = split.IsRunningText
            ? CheckComparisons(parse).Map(_ => ImmutableArray<string>.Empty)
            : NovelOption.ParseOptional(parse).Then(path => CorpusSource.Read(path, split))
                .Map(data => data.Map(found => found.Corpus.Documents).IfNone([]));
        var extent = (CountOption.ParseOptional(parse), LengthOption.ParseOptional(parse)).Apply((count, length) => (count, length));
        return (UnknownArguments.Check(parse), prompted, sampling, listed, extent, SeedOption.ParseOptional(parse))
            .Apply((_, begin, options, names, most, seed) =>
            {
                var random = seed.Match(Some: PythonRandom.Seed, None: () => begin.Model.Random);
                var decoder = CheckpointOption.CreateDecoder(begin.Model);
                if (split.IsRunningText)
                {
                    var (characters, texts) = (most.length.IfNone(CharactersByDefault), most.count.IfNone(1));
                    return Stream(parse, decoder, options, begin, characters, texts, random).ToValidation();
                }

                var length = most.length.ToNullable();
                // Names are compared as far as the model can write them: to the end of the block, unless --length goes further.
                var end = Math.Max(begin.Model.Configuration.BlockSize, begin.Prompt.Length + (length ?? 0));
                var known = names.Select(name => name.Start(end)).ToImmutableHashSet();
                return Print(
                    parse, cancellation => Sampling.Documents(decoder, options, begin.Prompt, random, length, cancellation), begin.Model,
                    known, most.count.IfNone(NamesByDefault)).ToValidation();
            })
            .Flatten();
    }

    private static Validation<Problem, Unit> CheckComparisons(ParseResult parse) =>
        parse.GetValue(UniqueFlag) || NovelOption.IsGiven(parse)
            ? new Problem("--unique and --novel compare documents, and this model writes running text; leave them out.")
            : unit;

    // Prints running texts while they are generated. A signal ends them.
    private static Either<Problem, int> Stream(
        ParseResult parse, Decoder decoder, SamplingOptions options, (Checkpoint Model, ImmutableArray<int> Prompt) begin, int length,
        int count, PythonRandom random)
    {
        var (tokenizer, withProbabilities) = (begin.Model.Tokenizer, parse.GetValue(ProbabilitiesFlag));
        ImmutableArray<int> context = begin.Prompt.IsEmpty ? [tokenizer.Start] : begin.Prompt;
        using var output = new StandardOutput();
        using var interruption = new Interruption();
        for (var i = 0; i < count && interruption.ExitCode.IsNone; i++)
        {
            if (!withProbabilities) output.Part(tokenizer.Decode(begin.Prompt.AsSpan()));
            using var progress = new ProgressLine("character", length, isNeeded: Console.IsOutputRedirected);
            var (tokens, made) = (Sampling.Tokens(decoder, options, context, random, interruption.Token).Take(length), 0);
            var end = Streaming.ForEach(tokens, token =>
            {
                Print(token.Choice);
                progress.Show(++made);
                random = token.Next;
                return true;
            });
            if (end.Case is Problem problem) return problem;
            if (!withProbabilities) output.Line("");
        }
        return interruption.ExitCode.IfNone(ExitCode.Success);

        void Print(TokenChoice choice)
        {
            if (withProbabilities) output.Line(ProbabilityTable.Format([choice], tokenizer));
            else output.Part(tokenizer.Decode([choice.Token]));
        }
    }

    private static Validation<Problem, (Checkpoint Model, ImmutableArray<int> Prompt)> Encode(Checkpoint model, Option<string> prompt) =>
        model.Tokenizer.Encode(prompt.IfNone("")).Map(tokens => (model, tokens)).ToValidation();

    // Prints `count` names that are not among the known ones, each as soon as it is generated. With --unique, each printed name becomes
    // known. A signal ends the names after the last whole one.
    private static Either<Problem, int> Print(
        ParseResult parse,
        Func<CancellationToken, IEnumerable<Either<Problem, GeneratedDocument>>> generate,
        Checkpoint model,
        ImmutableHashSet<string> known,
        int count)
    {
        using var output = new StandardOutput();
        using var interruption = new Interruption();
        using var progress = new ProgressLine("name", count, isNeeded: Console.IsOutputRedirected);
        var (found, rejected) = (0, 0);
        return Streaming.ForEach(count > 0 ? generate(interruption.Token) : [], Consider)
            .Map(_ => interruption.ExitCode.IfNone(ExitCode.Success));

        Either<Problem, bool> Consider(GeneratedDocument document)
        {
            var name = model.Tokenizer.Decode(document.Tokens.AsSpan());
            if (known.Contains(name))
            {
                output.Flush(); // the next name may take long
                return ++rejected < MaxRejected ? true : TooFew();
            }
            (found, rejected) = (found + 1, 0);
            output.LineOfMany(name);
            if (parse.GetValue(ProbabilitiesFlag)) output.LineOfMany(ProbabilityTable.Format(document.Choices, model.Tokenizer));
            if (parse.GetValue(UniqueFlag)) known = known.Add(name);
            progress.Show(found);
            return found < count;
        }

        Problem TooFew() => new(
            $"{found} of {count} names were found, and {MaxRejected} more in a row were left out; "
            + "ask for fewer, or raise --temperature.");
    }
}
