using MicroGpt.Training;

namespace MicroGpt.Shell.Output;

/// <summary>The display of a training run.</summary>
internal interface ITrainingView
{
    /// <summary>True if the view is to show the state now. The trainer stops for it.</summary>
    bool WantsState { get; }

    /// <summary>Runs the training under the display.</summary>
    A Run<A>(Func<A> training);

    /// <summary>Shows a sentence about the run: a warning, or the answer to a signal. Any thread may call it.</summary>
    void Announce(string sentence);

    /// <summary>Shows the progress of the compilation.</summary>
    void Show(Progress compilation);

    /// <summary>Undoes changes of the terminal, before the process ends at once.</summary>
    void Restore();

    /// <summary>Shows the results of steps.</summary>
    void Show(StepsSinceReport steps);

    /// <summary>Shows a state.</summary>
    void Show(TrainingState state);

    /// <summary>Shows the loss of the held-out documents.</summary>
    void Show(int step, MeanLosses validation);
}
