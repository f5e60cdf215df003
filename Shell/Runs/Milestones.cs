using LanguageExt;
using static LanguageExt.Prelude;

namespace MicroGpt.Shell.Runs;

/// <summary>The steps after which a run stops to validate or to save. The first step is 1.</summary>
/// <param name="Steps">The number of steps of the run.</param>
/// <param name="SaveEvery">The number of steps from one save to the next; none if the run is saved only at its end.</param>
/// <param name="Validates">True if documents are held out.</param>
internal sealed record Milestones(int Steps, Option<int> SaveEvery, bool Validates)
{
    private const int ValidationsPerRun = 10;

    private Option<int> ValidateEvery => Validates ? Math.Max(1, Steps / ValidationsPerRun) : None;

    /// <summary>True if the run is saved after a step.</summary>
    public bool IsSaveDue(int step) => step == Steps || IsMultiple(step, SaveEvery);

    /// <summary>True if the run is validated after a step.</summary>
    public bool IsValidationDue(int step) => Validates && (step == Steps || IsMultiple(step, ValidateEvery));

    /// <summary>
    /// The next step after which the run saves, validates or ends, or that precedes a validation. The state before a validated step is
    /// what is left if the validation is interrupted.
    /// </summary>
    public int Next(int after)
    {
        var multiples = new[] { SaveEvery, ValidateEvery }.Somes().Select(every => (after / every + 1L) * every);
        var next = (int)multiples.Append(Steps).Min();
        return next - 1 > after && IsValidationDue(next) ? next - 1 : next;
    }

    private static bool IsMultiple(int step, Option<int> every) => every.Exists(steps => step % steps == 0);
}
