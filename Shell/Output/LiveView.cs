using System.Diagnostics;
using System.Globalization;
using MicroGpt.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using Line = Spectre.Console.Text;

namespace MicroGpt.Shell.Output;

/// <summary>A few lines that renew themselves: how far training is, how well it goes, and now and then what it would say.</summary>
internal sealed class LiveView(IAnsiConsole console, int from, int steps, Func<TrainingState, string> invent) : ITrainingView
{
    private static readonly TimeSpan BetweenNames = TimeSpan.FromSeconds(0.5);

    private readonly long began = Stopwatch.GetTimestamp();
    private LiveDisplayContext? context;
    private RunningMean loss;
    private double? validation;
    private double speed;
    private int made;
    private long invented;
    private string name = "";

    public A Run<A>(Func<A> training)
    {
        AppDomain.CurrentDomain.ProcessExit += ShowCursor; // which is hidden meanwhile, and a process may end at once
        var result = console.Live(new Line("")).Start(display =>
        {
            context = display;
            return training();
        });
        AppDomain.CurrentDomain.ProcessExit -= ShowCursor;
        return result;
    }

    private bool IsTimeForName => Stopwatch.GetElapsedTime(invented) >= BetweenNames;

    public bool Show(StepsSinceReport stretch)
    {
        (made, speed) = (stretch.End, stretch.DocumentsPerSecond);
        loss = stretch.Steps.Aggregate(loss, (mean, made) => mean.With(made.Finding.Loss));
        Renew();
        return IsTimeForName;
    }

    public void Show(TrainingState state)
    {
        if (!IsTimeForName) return;
        (name, invented) = (invent(state), Stopwatch.GetTimestamp());
        Renew();
    }

    public void Show(int step, double validationLoss)
    {
        validation = validationLoss;
        Renew();
    }

    private void Renew() => context?.UpdateTarget(Lines());

    private void ShowCursor(object? process, EventArgs exit) => console.Cursor.Show();

    private Rows Lines()
    {
        var left = (steps - made) * Stopwatch.GetElapsedTime(began) / Math.Max(1, made - from);
        var held = validation is { } found ? $", validation {Number(found)}" : "";
        return new(
            new Bar((double)made / steps),
            new Line($"step {made} / {steps}, {left:h\\:mm\\:ss} left"),
            new Line($"loss {Number(loss.Value)}{held}"),
            new Line($"{speed.ToString("N0", CultureInfo.InvariantCulture)} documents/s"),
            new Line($"it would say: {name}"));
    }

    private static string Number(double x) => x.ToString("F4", CultureInfo.InvariantCulture);

    private sealed class Bar(double share) : Renderable
    {
        private const int Longest = 60;

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            var length = Math.Min(Longest, maxWidth - 1);
            var done = (int)(share * length);
            return [new(new string('━', done), new Style(Color.Green)), new(new string('─', length - done), new Style(Color.Grey)), Segment.LineBreak];
        }
    }
}
