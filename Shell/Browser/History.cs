using System.Collections.Immutable;
using MicroGpt.Training;

namespace MicroGpt.Browser;

/// <summary>
/// The past of a run: its present state, the result of each step, and some of the earlier states. A state is a value, so to go back is to
/// take up an earlier one.
/// </summary>
/// <param name="Now">The present state.</param>
/// <param name="Results">The results of the steps up to the present state.</param>
/// <param name="Kept">Earlier states in the order of their steps. The first is the beginning.</param>
internal sealed record History(TrainingState Now, ImmutableList<StepResult> Results, ImmutableList<TrainingState> Kept)
{
    private const int MostNumbers = 6_000_000; // about 50 MB of parameters and slots

    /// <summary>The past of a run that begins with this state. The steps before are unknown.</summary>
    public static History Of(TrainingState state) => new(state, [], [state]);

    /// <summary>The step of the first state.</summary>
    public int First => Kept[0].Step;

    /// <summary>The past after some more steps. The state before them is kept.</summary>
    public History With(TrainingState next, IEnumerable<StepResult> results) =>
        new History(next, Results.AddRange(results), Kept[^1].Step < Now.Step ? Kept.Add(Now) : Kept).Thinned();

    /// <summary>The past of the last kept state at or before a step.</summary>
    public History BackTo(int step)
    {
        var kept = Kept.RemoveAll(state => state.Step > Math.Max(step, First));
        return new(kept[^1], Results.GetRange(0, kept[^1].Step - First), kept);
    }

    // If the states are too many, every other one is dropped, but neither the first nor the last.
    private History Thinned()
    {
        var most = Math.Max(8, MostNumbers / (Now.Parameters.Values.Length * (1 + Now.Slots.Length)));
        return Kept.Count <= most ? this : this with { Kept = [.. Kept.Where((_, i) => i % 2 == 0 || i == Kept.Count - 1)] };
    }
}
