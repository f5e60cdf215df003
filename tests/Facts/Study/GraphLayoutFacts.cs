using System.Xml.Linq;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Study;
using MicroGpt.Training;

namespace MicroGpt.Facts.Study;

public class GraphLayoutFacts
{
    public static TheoryData<int, string> Computations =>
        new() { { 1, "loss" }, { 3, "loss" }, { 1, "gradient" }, { 2, "gradient" }, { 1, "step" }, { 1, "hvp" } };

    [Theory]
    [MemberData(nameof(Computations))]
    public void Boxes_do_not_overlap_lie_in_their_part_and_right_of_their_arguments(int layers, string what)
    {
        var diagram = Drawn(layers, what);
        var layout = GraphLayout.Arrange(diagram);
        Assert.Equal(diagram.Nodes.Count(node => node.Expression is Application), layout.Boxes.Length);
        foreach (var column in layout.Boxes.GroupBy(box => box.X))
        {
            var boxes = column.OrderBy(box => box.Y).ToArray();
            for (var i = 1; i < boxes.Length; i++) Assert.True(boxes[i].Y - boxes[i - 1].Y > (boxes[i].Height + boxes[i - 1].Height) / 2);
        }
        var columns = layout.Boxes.Select(box => box.X).Distinct().Order().ToArray();
        for (var i = 1; i < columns.Length; i++) Assert.True(columns[i] - columns[i - 1] > GraphLayout.BoxWidth);

        var xs = layout.Boxes.ToDictionary(box => box.Node.Number, box => box.X);
        Assert.All(layout.Boxes, box => Assert.All(box.Node.Arguments.Where(xs.ContainsKey), k => Assert.True(xs[k] < box.X)));
        Assert.All(layout.Boxes, box =>
        {
            var band = layout.Bands.Single(band => band.Name == diagram.Parts[box.Node.Part]);
            Assert.InRange(box.X, band.Left + GraphLayout.BoxWidth / 2, band.Right - GraphLayout.BoxWidth / 2);
        });
    }

    [Theory]
    [InlineData(1, "loss", 2)]
    [InlineData(3, "loss", 6)]
    [InlineData(1, "gradient", 4)] // forward, and backward as a cotangent
    public void The_residual_stream_goes_straight_through_and_no_box_stands_in_its_way(int layers, string what, int wires)
    {
        var layout = GraphLayout.Arrange(Drawn(layers, what));
        var stream = layout.Wires.Where(wire => wire.IsStream).ToArray();
        Assert.Equal(wires, stream.Length);
        Assert.All(stream, wire => Assert.All(wire.Points, point => Assert.Equal(0, point.Y)));
        Assert.All(stream, wire => Assert.DoesNotContain(layout.Boxes, box =>
            box.X > wire.Points[0].X && box.X < wire.Points[^1].X && Math.Abs(box.Y) <= box.Height / 2));
    }

    [Fact]
    public void The_whole_loss_of_the_default_model_fits_a_screen()
    {
        var svg = XDocument.Parse(Drawn(1, "loss").Svg("The loss")).Root!;
        Assert.InRange((int)svg.Attribute("width")!, 800, 1400);
        Assert.InRange((int)svg.Attribute("height")!, 300, 800);
        string[] shown = ["layer0.attention", "attn_wq", "lm_head", "relu", "weights", "loss"];
        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToHashSet();
        Assert.Superset(shown.ToHashSet(), texts);
    }

    [Fact]
    public void Mermaid_and_Graphviz_get_every_node_every_edge_and_every_part()
    {
        var diagram = Drawn(1, "gradient");
        var (mermaid, dot) = (diagram.Mermaid(), diagram.Dot());
        var edges = diagram.Nodes.Sum(node => node.Arguments.Length);
        Assert.Equal((edges, edges), (mermaid.Split(" --> ").Length - 1, dot.Split(" -> ").Length - 1));
        Assert.All(diagram.Nodes, node => Assert.Contains($"    n{node.Number} [", dot));
        Assert.All(diagram.Nodes, node => Assert.Contains($"    n{node.Number}{(node.Expression is Application ? "[" : "([")}", mermaid));
        Assert.All(diagram.Parts, part => Assert.True(mermaid.Contains($"[\"{part}\"]") && dot.Contains($"label=\"{part}\";")));
        Assert.StartsWith(
            "flowchart LR\n  subgraph part0[\"embedding\"]\n    n0([\"wte<br>[27, 16]\"])\n    n1[\"gather(tokens)<br>[positions, 16]\"]\n",
            mermaid);
    }

    private static Diagram Drawn(int layers, string what)
    {
        var gpt = new Gpt(Configuration.Create(16, 4, layers, 16, 27).OrThrow());
        var forward = ForwardPass.Of(gpt).Fuse();
        var computation = what switch
        {
            "loss" => Computation.Loss(forward),
            "gradient" => Computation.Gradient(forward, gpt.Model.Variables),
            "step" => Computation.Step(forward, gpt.Model.Variables, Optimizers.Default),
            _ => Computation.HessianVector(forward, gpt.Model.Variables),
        };
        return Diagram.Of(computation.Fuse());
    }
}
