using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The numbers of one slot of an optimizer, one for each parameter.</summary>
public sealed record Slot(string Name, ParameterTable Table, ImmutableArray<double> Values) : ParameterValues(Table, Values)
{
    public bool Equals(Slot? other) => base.Equals(other) && Name == other.Name;

    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The state of training: the parameters, the slots of the optimizer, and the number of steps done.</summary>
public sealed record TrainingState(Parameters Parameters, ImmutableArray<Slot> Slots, int Step)
{
    /// <summary>The state before the first step of an optimizer.</summary>
    public static TrainingState Start(Parameters parameters, Optimizer optimizer) => new(
        parameters, [.. optimizer.Slots.Select(slot => new Slot(
            slot.Name, parameters.Table, [.. Enumerable.Repeat(slot.Initial, parameters.Values.Length)]))], 0);

    /// <summary>The slot of this name.</summary>
    public Slot this[string slot] => Slots.First(each => each.Name == slot);

    public bool Equals(TrainingState? other) =>
        other is not null && Parameters == other.Parameters && Slots.ContentEquals(other.Slots) && Step == other.Step;

    public override int GetHashCode() => HashCode.Combine(Parameters, Slots.Length, Step);
}
