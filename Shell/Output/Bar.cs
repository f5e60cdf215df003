using Spectre.Console;
using Spectre.Console.Rendering;

namespace MicroGpt.Shell.Output;

/// <summary>A bar whose left part, the share of the work that is done, has another color.</summary>
/// <param name="share">The share, from 0 to 1.</param>
/// <param name="longest">The most columns. A narrow terminal has fewer.</param>
internal sealed class Bar(double share, int longest) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var length = Math.Min(longest, maxWidth - 1);
        var done = (int)(share * length);
        return
        [
            new(new string('━', done), new Style(Color.Green)),
            new(new string('─', length - done), new Style(Color.Grey)),
        ];
    }
}
