using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>The box of an operation, centered at (X, Y). Inlays are arguments without a wire. The box shows their names.</summary>
public sealed record Box(DiagramNode Node, bool IsStream, double X, double Y, double Height, ImmutableArray<DiagramNode> Inlays)
{
    public bool Equals(Box? other) =>
        other is not null && Node == other.Node && IsStream == other.IsStream
        && X == other.X && Y == other.Y && Height == other.Height && Inlays.ContentEquals(other.Inlays);

    public override int GetHashCode() => HashCode.Combine(Node, IsStream, X, Y, Height, Inlays.Length);
}

/// <summary>A wire between two boxes, with a point in each column on the way. IsStream marks the residual stream.</summary>
public sealed record Wire(bool IsStream, ImmutableArray<(double X, double Y)> Points)
{
    public bool Equals(Wire? other) => other is not null && IsStream == other.IsStream && Points.ContentEquals(other.Points);

    public override int GetHashCode() => HashCode.Combine(IsStream, Points.Length);
}

/// <summary>The name of a part, and the x of the part's left and right edge.</summary>
public sealed record Band(string Name, double Left, double Right);

/// <summary>
/// A layered layout of a diagram (Sugiyama et al., 1981), in pixels. Parts stand side by side, and a box stands right of the boxes of its
/// arguments. A variable or a constant is shown as an inlay in a box, without a wire. So is an argument whose part is two or more
/// parts back. The residual stream is a straight line at y = 0.
/// </summary>
public sealed record GraphLayout(
    ImmutableArray<Box> Boxes, ImmutableArray<Wire> Wires, ImmutableArray<Band> Bands, double Top, double Bottom)
{
    /// <summary>Sizes of columns, boxes and text, in pixels.</summary>
    public const double ColumnWidth = 75, BoxWidth = 62, LineHeight = 13, InlayHeight = 16, LetterWidth = 7;

    private const double Gap = 24, BandGap = 6, CrossingHeight = 4, PortGap = 10;
    private const int Sweeps = 30;

    /// <summary>A vertical interval of a column. It holds a box, or a wire that crosses the column.</summary>
    private readonly record struct Slot(int Column, double Height, bool IsStream);

    /// <summary>The indices of the slots on a wire. The first and the last slot hold boxes; the wire crosses the others.</summary>
    private readonly record struct Route(bool IsStream, ImmutableArray<int> Slots);

    /// <summary>Lays out a diagram, or one part of it.</summary>
    public static GraphLayout Arrange(Diagram diagram, int? onlyPart = null)
    {
        var nodes = diagram.Nodes.Where(node => node.Expression is Application && (onlyPart ?? node.Part) == node.Part)
            .OrderBy(node => node.Part).ToImmutableArray();
        var indices = Enumerable.Range(0, nodes.Length).ToDictionary(i => nodes[i].Number);
        bool IsWired(int argument, DiagramNode node) => indices.ContainsKey(argument) && node.Part - diagram.Nodes[argument].Part <= 1;

        var columns = Columns(nodes, indices);
        var inlays = nodes.Select(node =>
            node.Arguments.Distinct().Where(k => !IsWired(k, node)).Select(k => diagram.Nodes[k]).ToImmutableArray()).ToArray();
        var boxes = nodes.Select((node, i) => new Slot(columns[i], BoxHeight(node, inlays[i].Length), node.IsOutput));
        var (slots, routes) = Connect([.. boxes],
            from node in nodes
            from argument in node.Arguments.Distinct()
            where IsWired(argument, node)
            select (indices[argument], indices[node.Number]));
        var (x, bands) = PlaceColumns(diagram, nodes, columns);
        var y = PlaceRows(slots, [.. routes.SelectMany(route => route.Slots.Zip(route.Slots.Skip(1), (from, to) => (from, to)))]);
        var stream = routes.Where(route => route.IsStream).SelectMany(route => route.Slots).ToHashSet();
        return new(
            [.. nodes.Select((node, i) => new Box(node, stream.Contains(i), x[columns[i]], y[i], slots[i].Height, inlays[i]))],
            [.. routes.GroupBy(route => route.Slots[^1]).SelectMany(into => Attach([.. into], i => (x[slots[i].Column], y[i])))],
            bands,
            slots.Select((slot, i) => y[i] - slot.Height / 2).Min(), slots.Select((slot, i) => y[i] + slot.Height / 2).Max());
    }

    // The slots of all boxes and crossings, and the route of each wire.
    private static (ImmutableArray<Slot> Slots, ImmutableArray<Route> Routes) Connect(
        ImmutableArray<Slot> boxes, IEnumerable<(int From, int To)> wires)
    {
        var (slots, routes) = (boxes.ToBuilder(), ImmutableArray.CreateBuilder<Route>());
        foreach (var (from, to) in wires)
        {
            var isStream = boxes[from].IsStream && boxes[to].IsStream;
            var crossed = Enumerable.Range(boxes[from].Column + 1, boxes[to].Column - boxes[from].Column - 1).ToArray();
            routes.Add(new(isStream, [from, .. crossed.Select((_, k) => slots.Count + k), to]));
            slots.AddRange(crossed.Select(column => new Slot(column, CrossingHeight, isStream)));
        }
        return (slots.ToImmutable(), routes.ToImmutable());
    }

    // The wires into a box. The ends of the wires stand one below another, with gaps. If the residual stream enters the box, the wire of
    // the stream is the first, and ends at the middle of the box.
    private static IEnumerable<Wire> Attach(ImmutableArray<Route> into, Func<int, (double X, double Y)> middleOf)
    {
        var first = into.Any(route => route.IsStream) ? 0 : -(into.Length - 1) / 2.0;
        return into.OrderByDescending(route => route.IsStream).ThenBy(route => middleOf(route.Slots[^2]).Y).Select((route, k) =>
        {
            var (x, y) = middleOf(route.Slots[^1]);
            return new Wire(route.IsStream, [.. route.Slots[..^1].Select(middleOf), (x, y + PortGap * (first + k))]);
        });
    }

    /// <summary>An operation's name, split into lines that fit a box.</summary>
    public static string[] SplitLabel(string label) => label.Replace("-", "-\n").Replace("(-\n", "(-").Replace("(", "\n(").Split('\n');

    private static double BoxHeight(DiagramNode node, int inlays) =>
        (SplitLabel(node.Label).Length + 1) * LineHeight + 8 + (inlays + node.Results.Length) * InlayHeight;

    // The column of each node. It is right of the columns of the node's arguments, and right of all earlier parts.
    private static int[] Columns(ImmutableArray<DiagramNode> nodes, Dictionary<int, int> indices)
    {
        var columns = new int[nodes.Length];
        var first = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            if (i > 0 && nodes[i].Part != nodes[i - 1].Part) first = columns[..i].Max() + 1;
            columns[i] = nodes[i].Arguments.Where(indices.ContainsKey).Select(k => columns[indices[k]] + 1).Append(first).Max();
        }
        return columns;
    }

    // The x of the middle of each column, and a band for each part. A band is wide enough for the name of the part.
    private static (ImmutableArray<double> X, ImmutableArray<Band> Bands) PlaceColumns(
        Diagram diagram, ImmutableArray<DiagramNode> nodes, int[] columns)
    {
        var (x, bands, left) = (ImmutableArray.CreateBuilder<double>(), ImmutableArray.CreateBuilder<Band>(), 0.0);
        for (var part = 0; part < diagram.Parts.Length; part++)
        {
            var count = nodes.Select((node, i) => node.Part == part ? columns[i] + 1 : 0).Append(0).Max() - x.Count;
            if (count <= 0) continue; // The part has no operations.
            var width = Math.Max(count * ColumnWidth, diagram.Parts[part].Length * LetterWidth + 12);
            for (var c = 0; c < count; c++) x.Add(left + (c + 0.5) * width / count);
            bands.Add(new(diagram.Parts[part], left, left + width));
            left += width + BandGap;
        }
        return (x.ToImmutable(), bands.ToImmutable());
    }

    // The y of the middle of each slot, by the barycenter method. Sweeps over the columns go from left to right and from right to left in
    // turn. In each column, a sweep sorts the slots by the mean y of their neighbors. It then places each slot as close to this mean as
    // the other slots permit.
    private static double[] PlaceRows(ImmutableArray<Slot> slots, ImmutableArray<(int From, int To)> steps)
    {
        var y = new double[slots.Length];
        var columns = Enumerable.Range(0, slots.Length).GroupBy(i => slots[i].Column).OrderBy(column => column.Key)
            .Select(column => column.ToArray()).ToArray();
        var (before, after) = (steps.ToLookup(step => step.To, step => step.From), steps.ToLookup(step => step.From, step => step.To));
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (var column in sweep % 2 == 0 ? columns : columns.Reverse())
            {
                // The first half of the sweeps uses only the neighbors on the side that is already swept. The second half uses the
                // neighbors on both sides.
                IEnumerable<int> Neighbors(int i) =>
                    sweep >= Sweeps / 2 ? before[i].Concat(after[i]) : sweep % 2 == 0 ? before[i] : after[i];

                double Wanted(int i) => slots[i].IsStream ? 0 : Neighbors(i).Select(k => y[k]).DefaultIfEmpty(y[i]).Average();

                var order = column.OrderByDescending(i => slots[i].IsStream).ThenBy(Wanted).ThenBy(i => i).ToArray();
                var separated = Separate([.. order.Select(i => slots[i])], [.. order.Select(Wanted)]);
                for (var k = 0; k < order.Length; k++) y[order[k]] = separated[k];
            }
        }
        return y;
    }

    // The y of the middle of each slot of a column. The slots do not overlap, and the squared distances to the wanted y have the least
    // sum. This is isotonic regression by pooling adjacent violators: slots that would overlap move as one pool. The stream stays at 0,
    // and the other slots of its column are below the stream.
    private static double[] Separate(Slot[] slots, double[] wanted)
    {
        var offsets = new double[slots.Length];
        for (var i = 1; i < slots.Length; i++) offsets[i] = offsets[i - 1] + (slots[i - 1].Height + slots[i].Height) / 2 + Gap;
        var first = slots[0].IsStream ? 1 : 0;
        var pools = new Stack<(double Sum, int Count)>();
        for (var i = first; i < slots.Length; i++)
        {
            var pool = (Sum: wanted[i] - offsets[i], Count: 1);
            while (pools.TryPeek(out var above) && above.Sum / above.Count > pool.Sum / pool.Count)
                pool = (pool.Sum + above.Sum, pool.Count + pools.Pop().Count);
            pools.Push(pool);
        }
        var shifts = pools.Reverse().SelectMany(pool => Enumerable.Repeat(pool.Sum / pool.Count, pool.Count)).ToArray();
        return [.. slots.Select((slot, i) => i < first ? 0 : offsets[i] + (first == 1 ? Math.Max(0, shifts[i - 1]) : shifts[i]))];
    }

    public bool Equals(GraphLayout? other) =>
        other is not null && Top == other.Top && Bottom == other.Bottom
        && Boxes.ContentEquals(other.Boxes) && Wires.ContentEquals(other.Wires) && Bands.ContentEquals(other.Bands);

    public override int GetHashCode() => HashCode.Combine(Top, Bottom, Boxes.Length, Wires.Length, Bands.Length);
}
