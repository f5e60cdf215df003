using System.Xml.Linq;

namespace MicroGpt.Facts.Shell;

[Trait("Speed", "Slow")]
public class ShowFacts
{
    private const string Names = "anna\nbob\nzoë\n";

    [Fact]
    public void The_loss_is_shown_as_it_is_written_and_as_it_is_compiled()
    {
        using var folder = new Folder().With("input.txt", Names);
        var run = folder.Run("show", "loss", "--n-embd", "4", "--n-head", "2", "--block-size", "3");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith(
            """
            The loss of a GPT, n_embd 4, n_head 2, n_layer 1, block_size 3, 7 tokens,
            as it is written, 80 nodes:

              %0 = wte : [7, 4]
              %1 = gather(tokens) %0 : [positions, 4]
            """, run.Output);
        Assert.Contains("  loss = %79\n", run.Output);
        Assert.Contains("  %11 = attention-weights(2 heads) %8 %10 : [positions, 6]\n", run.Output);
        Assert.Contains("  loss = %29\n", run.Output);
        Assert.Contains("  nodes                                       80          30\n", run.Output);
        Assert.Contains("    variables                                  9           9\n", run.Output);
        Assert.Contains("    exp                                        2           0\n", run.Output);
        Assert.Matches(@"\n  buffers +\d+\n$", run.Output);
        Assert.All(run.Lines, line => Assert.True(line.Length <= 80));
    }

    [Theory]
    [InlineData("gradient --of layer0.attn_wq", "∂loss/∂layer0.attn_wq = %41")]
    [InlineData("gradient", "∂loss/∂lm_head = ")]
    [InlineData("step --of wte", "m.wte' = ")]
    [InlineData("hvp --of wpe", "∂⟨gradient,v⟩/∂wpe = ")]
    [InlineData("loss --format mermaid", "flowchart LR\n")]
    [InlineData("hvp --format dot --n-layer 2", "label=\"backward of layer1.attention\";")]
    public void Every_computation_and_every_format_is_shown(string arguments, string shown)
    {
        using var folder = new Folder().With("input.txt", Names);
        var run = folder.Run(["show", .. arguments.Split(' ')]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(shown, run.Output);
    }

    [Fact]
    public void An_SVG_picture_is_written_to_a_file()
    {
        using var folder = new Folder().With("input.txt", Names);
        var run = folder.Run("show", "step", "--format", "svg", "--out", "step.svg");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal("svg", XDocument.Parse(folder.Read("step.svg")).Root!.Name.LocalName);
    }

    [Theory]
    [InlineData("", "show needs a subject; write loss, gradient, step or hvp.")]
    [InlineData("los", "show knows no “los”; it must be loss, gradient, step or hvp.")]
    [InlineData("loss gradient", "show takes one subject and was given 2; write loss, gradient, step or hvp.")]
    [InlineData("loss --of wte", "--of means nothing to the loss; leave it out.")]
    [InlineData("gradient --of layer0.attn_q",
        "There is no parameter “layer0.attn_q”; the nearest is layer0.attn_wq, and there are wte, wpe, lm_head,")]
    [InlineData("loss --out nowhere/loss.svg", "nowhere/loss.svg cannot be saved: its folder does not exist;")]
    [InlineData("loss --out ./input.txt", "--out ./input.txt would overwrite input.txt, which --data names by default; name another file.")]
    [InlineData("lost --fromat=x --format png --n-embd 3 --out",
        "no option --fromat", "show knows no “lost”", "n_embd is 3", "--format is “png”", "--out has no value")]
    public void Problems_of_the_command_line_are_reported(string arguments, params string[] problems)
    {
        using var folder = new Folder().With("input.txt", Names);
        var run = folder.Run(["show", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        var sentences = run.Error.TrimEnd('\n').Split('\n');
        Assert.All(problems, problem => Assert.Contains(sentences, sentence => sentence.Contains(problem)));
        Assert.Equal(problems.Length, sentences.Length);
    }
}
