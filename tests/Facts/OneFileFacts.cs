using MicroGpt.Facts.Guide;
using MicroGpt.Facts.Shell;

namespace MicroGpt.Facts;

/// <summary>The GPT of tests/Examples/MicroGpt.cs, one file without Core, equals the Python original to the last bit.</summary>
[Trait("Speed", "Slow")]
public class OneFileFacts
{
    /// <summary>The file's name.</summary>
    public const string Name = "MicroGpt.cs";

    private const string Sizes = "NEmbd = 16, NHead = 4, NLayer = 1, BlockSize = 16";

    private static readonly string Source = Repository.Read($"tests/Examples/{Name}");

    [Fact]
    public void The_file_needs_nothing_but_NET()
    {
        Assert.DoesNotContain("#:project", Source);
        Assert.DoesNotContain("#:package", Source);
        Assert.DoesNotContain("using MicroGpt", Source);
    }

    [Fact]
    public void Without_names_and_network_one_sentence_is_told()
    {
        using var folder = new Folder();
        var run = ProgramText.Run(folder, "Example.OneFile.Offline", ProgramText.Parse(new(Name, Source)));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.EndsWith("cannot be reached; put a list of names into input.txt, one on each line.\n", run.Error);
    }

    [LastBitsFact]
    public void The_embedded_names_are_learned_bit_for_bit() =>
        IsReproduced("given-names.json", Recorded.Bytes("given-names.txt"), Sizes, steps: 1000);

    [DownloadedNamesFact(lastBits: true)]
    public void Two_layers_are_learned_bit_for_bit() => IsReproduced(
        "names-two-layers.json", DownloadedNamesFactAttribute.Names, "NEmbd = 8, NHead = 2, NLayer = 2, BlockSize = 8", steps: 30);

    // The losses are printed with all their digits.
    private static void IsReproduced(string recording, byte[] names, string sizes, int steps)
    {
        var program = Changed(Changed(Changed(Source, ":F4}", ":R}"), Sizes, sizes), "Steps = 1000", $"Steps = {steps}");
        using var folder = new Folder().With("input.txt", names);
        var name = $"Example.OneFile.{steps}";
        var lines = ProgramText.Output(folder, name, ProgramText.Parse(new(name, program))).TrimEnd().Split('\n');
        var run = Recorded.Json(recording);
        var losses = lines.Where(line => line.StartsWith("step")).Select(line => double.Parse(line.Split(' ')[^1]));
        var samples = lines.Where(line => line.StartsWith("sample")).Select(line => line.Split(": ")[1]);
        Recorded.EqualBits(run.GetProperty("losses").Doubles(), losses);
        Assert.Equal(run.GetProperty("samples").Strings(), samples);
    }

    private static string Changed(string text, string old, string changed)
    {
        Assert.Equal(2, text.Split(old).Length);
        return text.Replace(old, changed);
    }
}
