using System.Diagnostics;
using System.Globalization;
using MicroGpt.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using Line = Spectre.Console.Text;

namespace MicroGpt.Shell.Output;

/// <summary>A few lines that are redrawn in place: progress, losses, speed, and twice a second a name that the model generates.</summary>
internal sealed class LiveView(IAnsiConsole console, int from, int total, Func<TrainingState, string> generate) : ITrainingView
{
    private static readonly TimeSpan BetweenNames = TimeSpan.FromSeconds(0.5);

    private readonly long began = Stopwatch.GetTimestamp();
    private LiveDisplayContext? context;
    private RunningMean loss;
    private double? validation;
    private double speed;
    private int made;
    private long generated;
    private string name = "";

    public bool WantsState => Stopwatch.GetElapsedTime(generated) >= BetweenNames;

    public A Run<A>(Func<A> training)
    {
        AppDomain.CurrentDomain.ProcessExit += ShowCursor; // the display hides it, and a second signal ends the process at once
        var result = console.Live(new Line("")).Start(display =>
        {
            context = display;
            return training();
        });
        AppDomain.CurrentDomain.ProcessExit -= ShowCursor;
        return result;
    }

    public void Show(StepsSinceReport steps)
    {
        (made, speed) = (steps.End, steps.DocumentsPerSecond);
        loss = steps.Steps.Aggregate(loss, (mean, step) => mean.With(step.Result.Loss));
        Redraw();
    }

    public void Show(TrainingState state)
    {
        if (!WantsState) return;
        (name, generated) = (generate(state), Stopwatch.GetTimestamp());
        Redraw();
    }

    public void Show(int step, double validationLoss)
    {
        validation = validationLoss;
        Redraw();
    }

    private void Redraw() => context?.UpdateTarget(Lines());

    private void ShowCursor(object? process, EventArgs exit) => console.Cursor.Show();

    private Rows Lines()
    {
        var left = (total - made) * Stopwatch.GetElapsedTime(began) / Math.Max(1, made - from);
        var heldOut = validation is { } found ? $", validation {Format(found)}" : "";
        return new(
            new Bar((double)made / total),
            new Line($"step {made} / {total}, {left:h\\:mm\\:ss} left"),
            new Line($"loss {Format(loss.Value)}{heldOut}"),
            new Line($"{speed.ToString("N0", CultureInfo.InvariantCulture)} documents/s"),
            new Line($"it would say: {name}"));
    }

    private static string Format(double x) => x.ToString("F4", CultureInfo.InvariantCulture);

    private sealed class Bar(double share) : Renderable
    {
        private const int Longest = 60;

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            var length = Math.Min(Longest, maxWidth - 1);
            var done = (int)(share * length);
            return
            [
                new(new string('━', done), new Style(Color.Green)),
                new(new string('─', length - done), new Style(Color.Grey)),
                Segment.LineBreak,
            ];
        }
    }
}
