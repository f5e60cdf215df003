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
    [InlineData("decode", "gather(rows) %")]
    [InlineData("decode --format dot", "label=\"tables\";")]
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

    [Fact]
    public void A_schedule_is_shown_without_data()
    {
        using var folder = new Folder();
        var run = folder.Run("show", "schedule", "--schedule", "cosine", "--warmup", "100", "--learning-rate", "0.02");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            """
            The learning rate over 1000 steps, cosine after a warmup of 100:

                 0.02 │      ▂███▇▇▆▅▄▃▂
                      │      ████████████▇▅▃▂
                      │     ▄█████████████████▆▄▁
                      │     █████████████████████▇▅▂
                      │    ▄█████████████████████████▆▃
                      │    █████████████████████████████▆▃▁
                      │   ▅████████████████████████████████▆▃▁
                      │   ████████████████████████████████████▆▄▁
                      │  ▇███████████████████████████████████████▇▄▂
                      │  ████████████████████████████████████████████▅▃▁
                      │ ▇███████████████████████████████████████████████▇▅▄▂
                      │▁█████████████████████████████████████████████████████▇▆▄▃▃▂▁▁
                    0 └────────────────────────────────────────────────────────────────
                       1                                                           1000

              step         1  learning rate 0.0002
              step       101  learning rate 0.02
              step       551  learning rate 0.01
              step      1000  learning rate 6.09E-08

            """, run.Output);
    }

    [Theory]
    [InlineData("--schedule constant --steps 1")]
    [InlineData("--schedule cosine --warmup 9 --steps 10")]
    [InlineData("--steps 2147483647 --warmup 1000000000")]
    public void A_schedule_is_drawn_as_SVG(string options)
    {
        using var folder = new Folder();
        var run = folder.Run(["show", "schedule", .. options.Split(' '), "--format", "svg", "--out", "rate.svg"]);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        var picture = XDocument.Parse(folder.Read("rate.svg")).Root!;
        var curve = picture.Elements().Single(element => (string?)element.Attribute("class") == "curve");
        Assert.Matches(@"^M(\d+(\.\d)?,\d+(\.\d)?L?)+$", (string?)curve.Attribute("d"));
    }

    [Theory]
    [InlineData("", "show needs a subject; write loss, gradient, step, hvp, decode or schedule.")]
    [InlineData("los", "show knows no “los”; it must be loss, gradient, step, hvp, decode or schedule.")]
    [InlineData("loss gradient", "show takes one subject and was given 2; write loss, gradient, step, hvp, decode or schedule.")]
    [InlineData("loss --of wte", "--of means nothing to the loss; leave it out.")]
    [InlineData("hvp --beta1 0.5 --warmup 3", "--beta1 means nothing to the Hessian times a direction v; leave it out.",
        "--warmup means nothing to the Hessian times a direction v; leave it out.")]
    [InlineData("schedule --data input.txt --steps 0 --format dot --momentum 2",
        "--data means nothing to the schedule", "--momentum means nothing to the schedule", "--steps is 0",
        "--format is dot, which draws graphs; for the schedule, it must be text or svg.", "adam has no --momentum")]
    [InlineData("schedule --steps 10 --warmup 10", "warmup is 10; it must be less than steps, which is 10.")]
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
