using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Reports;

namespace MicroGpt.Browser;

/// <summary>A quantity by name, before and after a step. A quantity that is made anew in each step has no value before.</summary>
internal sealed record Quantity(string Name, double? Before, double After);

/// <summary>A step, opened.</summary>
/// <param name="Step">The number of the step, from 1.</param>
/// <param name="Document">The first document of the step.</param>
/// <param name="Losses">The loss of each position of the document before the step, as a picture.</param>
/// <param name="Number">The name of a number, such as wte[0, 3].</param>
/// <param name="Gradient">The gradient of the loss with respect to the number.</param>
/// <param name="Values">The number and its slots.</param>
/// <param name="Inputs">The inputs of the step, such as the learning rate.</param>
internal sealed record OpenedStep(
    int Step, string Document, string Losses, string Number, double Gradient, ImmutableArray<Quantity> Values,
    ImmutableArray<Quantity> Inputs)
{
    /// <summary>The last step of a run, with the update of one entry of a matrix, or a problem if there is none.</summary>
    public static Either<Problem, OpenedStep> Create(Run run, string matrix, int row, int column) =>
        from index in Entries.Find(run.Start.Configuration, matrix, row, column)
        from reached in run.History.Now.Step > run.History.First
            ? Prelude.Right<Problem, Run>(run)
            : new Problem("There is no step to open yet; make one.")
        from before in run.BackTo(run.History.Now.Step - 1)
        select Create(before, run, index);

    private static OpenedStep Create(Run before, Run after, int index)
    {
        var (from, to, optimizer) = (before.History.Now, after.History.Now, after.Start.RunConfiguration.Optimizer);
        var document = before.Data.DocumentsAt(from.Step)[0];
        var gradient = before.Engine(from.Parameters, before.Data.BatchAt(from.Step, before.Model.Model)).Gradient;
        var rate = before.Data.Schedule.RateAt(from.Step);
        return new(
            to.Step, before.Start.Tokenizer.Decode(document.AsSpan()), LossesOf(before, document),
            from.Parameters.Table.NameOf(index), gradient.Values[index],
            [
                new("p", from.Parameters.Values[index], to.Parameters.Values[index]),
                .. from.Slots.Zip(to.Slots, (x, y) => new Quantity(x.Name, x.Values[index], y.Values[index])),
            ],
            [.. optimizer.Inputs.Select(input => new Quantity(input.Name, null, input.ValueAt(from.Step, rate)))]);
    }

    private static string LossesOf(Run run, ImmutableArray<int> document)
    {
        var trace = ForwardTrace.Evaluate(run.Model, run.History.Now.Parameters, document);
        return BarChart.Losses(
            [.. trace.Score.Choices.Select(choice => (run.Start.Tokenizer.Glyph(choice.Token), -Math.Log(choice.Probability)))],
            run.Start.Configuration.ChanceLoss, "Loss of each character");
    }
}
