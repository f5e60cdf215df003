using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>No display.</summary>
internal sealed class QuietView : ITrainingView
{
    public bool WantsState => false;

    public A Run<A>(Func<A> training) => training();

    public void Announce(string sentence) => Console.Error.WriteLine(sentence);

    public void Show(Progress compilation) { }

    public void Restore() { }

    public void Show(StepsSinceReport steps) { }

    public void Show(TrainingState state) { }

    public void Show(int step, MeanLosses validation) { }
}

/// <summary>
/// A line for each step, as the original prints it. These lines do not depend on the speed of the machine, so the time left goes to
/// standard error, once a minute.
/// </summary>
internal sealed class PlainView(StandardOutput output, RunOutline run, TimeLeft time) : ITrainingView
{
    public bool WantsState => false;

    public A Run<A>(Func<A> training) => training();

    public void Announce(string sentence) => Console.Error.WriteLine(sentence);

    public void Show(Progress compilation) { }

    public void Restore() { }

    public void Show(StepsSinceReport steps)
    {
        foreach (var (step, result) in steps.Steps)
            output.LineOfMany(Invariant($"step {step,4} / {run.Steps,4} | loss {result.Loss:F4}"));
        time.Tell(steps.End).IfSome(Announce);
    }

    public void Show(TrainingState state) { }

    public void Show(int step, MeanLosses validation) => output.Line(
        Invariant($"step {step,4} / {run.Steps,4} | validation loss {run.Format(validation)} | ")
        + Invariant($"perplexity {Math.Exp(validation.PerToken):F2}"));
}
