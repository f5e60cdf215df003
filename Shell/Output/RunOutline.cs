using MicroGpt.Training;
using static System.FormattableString;

namespace MicroGpt.Shell.Output;

/// <summary>The facts about a run that its display shows.</summary>
/// <param name="From">The number of steps made before.</param>
/// <param name="Steps">The number of steps of the whole run.</param>
/// <param name="References">The losses to compare with, as a line.</param>
/// <param name="IsRunningText">True if a document is a window of running text.</param>
internal sealed record RunOutline(int From, int Steps, string References, bool IsRunningText)
{
    /// <summary>The unit of the speed.</summary>
    public string Documents => IsRunningText ? "windows" : "documents";

    /// <summary>
    /// The losses of a validation. All windows of running text have the same length, so their mean per document is that per token, and is
    /// left out.
    /// </summary>
    public string Format(MeanLosses losses) =>
        Invariant($"{losses.PerToken:F4}") + (IsRunningText ? "" : Invariant($" ({losses.PerDocument:F4} per document)"));
}
