using System.Diagnostics;
using LanguageExt;
using MicroGpt.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;
using Line = Spectre.Console.Text;

namespace MicroGpt.Shell.Output;

/// <summary>A few lines that are redrawn in place: progress, losses, speed, and twice a second a name that the model generates.</summary>
internal sealed class LiveView(
    IAnsiConsole console, RunOutline run, TimeLeft time, Func<TrainingState, Option<string>> generate) : ITrainingView
{
    private const int LongestBar = 60;

    private static readonly TimeSpan BetweenNames = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan BeforeProgress = TimeSpan.FromSeconds(1), BetweenProgress = TimeSpan.FromSeconds(0.1);

    private readonly long began = Stopwatch.GetTimestamp();
    private readonly Lock drawing = new(); // a sentence may come from another thread
    private LiveDisplayContext? context;
    private RunningMean loss;
    private MeanLosses? validation;
    private double speed;
    private int made;
    private long generated, progressed;
    private TrainingState? latest, named;
    private string name = "";

    public bool WantsState => Stopwatch.GetElapsedTime(generated) >= BetweenNames;

    public A Run<A>(Func<A> training)
    {
        return console.Live(new Line("")).Start(display =>
        {
            SetContext(display);
            try
            {
                var outcome = training();
                if (latest is { } last && !ReferenceEquals(last, named)) ShowName(last);
                return outcome;
            }
            finally
            {
                SetContext(null);
            }
        });
    }

    public void Announce(string sentence)
    {
        lock (drawing)
        {
            if (context is null) Console.Error.WriteLine(sentence);
            else console.WriteLine(Terminal.Show(sentence)); // above the lines that are redrawn
        }
    }

    public void Show(Progress compilation)
    {
        if (Stopwatch.GetElapsedTime(began) < BeforeProgress || Stopwatch.GetElapsedTime(progressed) < BetweenProgress) return;
        progressed = Stopwatch.GetTimestamp();
        Draw(new Line(Invariant($"compiling ({compilation.Pass}), {compilation.Done:N0} of {compilation.Total:N0}")));
    }

    // The display hides the cursor.
    public void Restore() => console.Cursor.Show();

    public void Show(StepsSinceReport steps)
    {
        (made, speed) = (steps.End, steps.DocumentsPerSecond);
        loss = steps.Steps.Aggregate(loss, (mean, step) => mean.With(step.Result.Loss));
        Redraw();
    }

    public void Show(TrainingState state)
    {
        latest = state;
        if (WantsState) ShowName(state);
    }

    public void Show(int step, MeanLosses found)
    {
        validation = found;
        Redraw();
    }

    private void ShowName(TrainingState state)
    {
        (named, name, generated) = (state, generate(state).IfNone(name), Stopwatch.GetTimestamp());
        Redraw();
    }

    private void Redraw() => Draw(Lines());

    private void Draw(IRenderable lines)
    {
        lock (drawing) context?.UpdateTarget(lines);
    }

    private void SetContext(LiveDisplayContext? display)
    {
        lock (drawing) context = display;
    }

    private Rows Lines()
    {
        var heldOut = validation is { } found ? $", validation {run.Format(found)}" : "";
        return new(
            new Bar((double)made / run.Steps, LongestBar),
            new Line(time.Format(made)),
            new Line(Invariant($"loss {loss.Value:F4}{heldOut}")),
            new Line(run.References),
            new Line(Invariant($"{speed:N0} {run.Documents}/s")),
            // The width of a tab depends on its column.
            new Line($"it would say: {Terminal.Show(name).Replace('\t', ' ').Replace('\n', '⏎')}"));
    }
}
