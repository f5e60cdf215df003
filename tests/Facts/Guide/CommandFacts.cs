using System.Text.RegularExpressions;
using MicroGpt.Facts.Shell;
using MicroGpt.Properties;

namespace MicroGpt.Facts.Guide;

/// <summary>Commands on a page print the output shown below them.</summary>
[Trait("Speed", "Slow")]
public partial class CommandFacts
{
    private const string Shell = "dotnet run --project Shell", Example = "dotnet run tests/Examples/";
    private const string Models = "dotnet run --project tests/Examples/Models -- ";
    private const string FSharp = "dotnet run --project tests/Examples/FSharp";
    private const string Walk = "dotnet run --project Properties", Functions = $"{Walk} -- functions";
    private static readonly int ClaimWidth = FunctionErrors.Heading.IndexOf("measured");

    public static TheoryData<string> Commands => [.. On("")];

    [Theory, MemberData(nameof(Commands))]
    public void A_command_prints_what_the_page_says(string place) => IsRight(MarkdownPage.At(place));

    [DownloadedNamesFact]
    public void A_command_on_the_original_s_names_prints_what_the_page_says()
    {
        foreach (var place in On(Figure.OriginalNames)) IsRight(MarkdownPage.At(place));
    }

    [Fact]
    public void The_picture_of_the_README_is_what_the_command_draws()
    {
        const string picture = ".github/gpt.svg", command = "show loss --data Shell/given-names.txt --format svg --force --out";
        using var folder = new Folder().With("Shell/given-names.txt", Recorded.Bytes("given-names.txt"));
        folder.Run([.. command.Split(' '), "gpt.svg"]);
        Assert.True(folder.Read("gpt.svg") == Repository.Read(picture), $"To draw it anew: `{Shell} -- {command} {picture}`.");
    }

    // Without `dotnet test`: it is running already, and ChangeFacts tests the changes that break a law.
    private static IEnumerable<string> On(string file) => MarkdownPage.Figures
        .Where(figure => figure.Language == Figure.Command && figure.File == file && !figure.Text.StartsWith("dotnet test"))
        .Select(figure => figure.Place);

    private static void IsRight(Figure command) =>
        Printed.IsAsExpected(command.Place, WithoutMeasurements(command.Text, command.Output ?? ""), Output(command.Text));

    // Of the errors of functions, which each processor measures anew, the claims: FunctionProperties measures. Of the walk, no time.
    private static string WithoutMeasurements(string command, string output) => command switch
    {
        Functions => string.Join('\n', output.Split('\n').Select(row => row.Length < ClaimWidth ? row : row[..ClaimWidth])),
        Walk => string.Join('\n', output.Split('\n').Where(line => !line.StartsWith(Zoo.Time))),
        _ => output,
    };

    // The output of the lines of a block, run in one folder. Of the walk through the zoo, which takes too long, only the summary.
    private static string Output(string commands)
    {
        if (commands.StartsWith(Example)) return ExampleFacts.Output(commands[Example.Length..]);
        if (commands == FSharp) return ExampleFacts.FSharpOutput();
        if (commands == Walk) return Zoo.Summary(survivors: 0);
        if (commands == Functions)
            return string.Join('\n', FunctionErrors.All.Select(FunctionErrors.Claim).Prepend(FunctionErrors.Heading[..ClaimWidth]));
        using var folder = new Folder().With("Shell/given-names.txt", Recorded.Bytes("given-names.txt"));
        if (DownloadedNamesFactAttribute.Exist) folder.With(Figure.OriginalNames, DownloadedNamesFactAttribute.Names);
        return string.Concat(commands.Split('\n').Select(command =>
        {
            if (command.StartsWith(Models)) return folder.Execute(ExampleModels, command[Models.Length..]).Output;
            Assert.StartsWith(Shell, command);
            var run = folder.Run([.. Argument().Matches(command[Shell.Length..]).Skip(1).Select(match => match.Value.Trim('"'))]);
            return run.Output + run.Error;
        }));
    }

    private static string ExampleModels => typeof(Examples.ExampleModels).Assembly.Location;

    // A word, or a text in quotation marks. The first is the -- that separates the arguments of dotnet from those of the program.
    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Argument();
}
