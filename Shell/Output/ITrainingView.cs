using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>What is seen of training while it goes on.</summary>
internal interface ITrainingView
{
    /// <summary>Trains, and shows it.</summary>
    A Run<A>(Func<A> training);

    /// <summary>Shows steps that were made, at so many documents a second.</summary>
    void Show(Progress progress, double documentsPerSecond);

    /// <summary>Shows the loss on documents that are held out.</summary>
    void Show(int step, double validationLoss);
}

/// <summary>Nothing is seen.</summary>
internal sealed class QuietView : ITrainingView
{
    public A Run<A>(Func<A> training) => training();

    public void Show(Progress progress, double documentsPerSecond) { }

    public void Show(int step, double validationLoss) { }
}

/// <summary>The original's lines, one for each step.</summary>
internal sealed class PlainView(StandardOutput output, int steps) : ITrainingView
{
    public A Run<A>(Func<A> training) => training();

    public void Show(Progress progress, double documentsPerSecond)
    {
        var step = progress.State.Step - progress.Findings.Length;
        foreach (var finding in progress.Findings)
            output.LineOfMany(Invariant($"step {++step,4} / {steps,4} | loss {finding.Loss:F4}"));
    }

    public void Show(int step, double validationLoss) =>
        output.Line(Invariant($"step {step,4} / {steps,4} | validation loss {validationLoss:F4} | perplexity {Math.Exp(validationLoss):F2}"));
}
