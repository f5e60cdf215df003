using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>What is seen of training while it goes on.</summary>
internal interface ITrainingView
{
    /// <summary>Trains, and shows it.</summary>
    A Run<A>(Func<A> training);

    /// <summary>Shows steps that were made. Whether it would see the state that they leave, for which training stops.</summary>
    bool Show(StepsSinceReport stretch);

    /// <summary>Shows a state.</summary>
    void Show(TrainingState state);

    /// <summary>Shows the loss on documents that are held out.</summary>
    void Show(int step, double validationLoss);
}

/// <summary>Nothing is seen.</summary>
internal sealed class QuietView : ITrainingView
{
    public A Run<A>(Func<A> training) => training();

    public bool Show(StepsSinceReport stretch) => false;

    public void Show(TrainingState state) { }

    public void Show(int step, double validationLoss) { }
}

/// <summary>The original's lines, one for each step.</summary>
internal sealed class PlainView(StandardOutput output, int steps) : ITrainingView
{
    public A Run<A>(Func<A> training) => training();

    public bool Show(StepsSinceReport stretch)
    {
        foreach (var (step, finding) in stretch.Steps) output.LineOfMany(Invariant($"step {step,4} / {steps,4} | loss {finding.Loss:F4}"));
        return false;
    }

    public void Show(TrainingState state) { }

    public void Show(int step, double validationLoss) =>
        output.Line(Invariant($"step {step,4} / {steps,4} | validation loss {validationLoss:F4} | perplexity {Math.Exp(validationLoss):F2}"));
}
