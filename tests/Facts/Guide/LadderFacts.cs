using System.Collections.Immutable;
using MicroGpt.Facts.Shell;

namespace MicroGpt.Facts.Guide;

/// <summary>The ladder of tests/Examples: programs that lead up to the GPT step by step, on the same names.</summary>
[Trait("Speed", "Slow")]
public class LadderFacts
{
    private const string Ladder = "tests/Examples/Ladder", Names = $"{Ladder}/Names.cs", Loss = "validation loss ";

    /// <summary>The steps, in order.</summary>
    internal static readonly ImmutableArray<SourceFile> Steps = [.. Repository.Files(Ladder).Where(file => file.Path != Names)];

    [Fact]
    public void A_step_has_60_lines_at_most() =>
        Assert.All(Steps, step => Assert.InRange(step.Text.TrimEnd().Split('\n').Length, 10, 60));

    [Fact]
    public void The_guide_has_the_loss_of_each_step_and_the_last_is_the_lowest()
    {
        var losses = Steps.Select(step => ExampleFacts.PrintedLines(step.Text))
            .Select(printed => printed.Split('\n').Last(line => line.Contains(Loss))[^6..]).ToArray();
        var rows = Steps.Zip(losses, (step, loss) => (Link: $"(../{step.Path})", Loss: $" {loss} |"));
        var guide = File.ReadAllLines(Path.Combine(Repository.Root, "Core", "README.md"));
        Assert.Equal(6, losses.Length);
        Assert.All(rows, row => Assert.Contains(guide, line => line.Contains(row.Link) && line.EndsWith(row.Loss)));
        Assert.Equal(losses.Min(StringComparer.Ordinal), losses[^1]);
    }

    [DownloadedNamesFact]
    public void Each_step_prints_what_it_says()
    {
        var names = ProgramText.Parse(new(Names, Repository.Read(Names)));
        using var folder = new Folder().With(Figure.OriginalNames, DownloadedNamesFactAttribute.Names);
        foreach (var step in Steps)
        {
            var program = $"Ladder.{Path.GetFileNameWithoutExtension(step.Path)}";
            var output = ProgramText.Output(folder, program, ProgramText.Parse(step), isWhole: true, names);
            Printed.IsAsExpected(step.Path, ExampleFacts.PrintedLines(step.Text), output);
        }
    }
}
