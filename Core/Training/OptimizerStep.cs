using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>The expressions by which an optimizer updates one parameter.</summary>
/// <param name="Parameter">The parameter before the step.</param>
/// <param name="Gradient">The gradient of the loss with respect to the parameter: its expression, or a variable for its value.</param>
/// <param name="Slots">The slots of the parameter before the step.</param>
/// <param name="SquaredNorm">The sum of the squares of the gradient, [1, 1].</param>
/// <param name="NewParameter">The parameter after the step.</param>
/// <param name="NewSlots">The slots of the parameter after the step.</param>
public sealed record ParameterUpdate(
    Parameter Parameter, Expr Gradient, ImmutableArray<Variable> Slots, Expr SquaredNorm, Expr NewParameter, ImmutableArray<Expr> NewSlots)
{
    /// <summary>
    /// The results of the update, each with the variable that has its value in the next step: the squared norm, which has none, the new
    /// parameter, and the new slots.
    /// </summary>
    public ImmutableArray<(Expr Expression, Variable? Variable)> Results =>
        [(SquaredNorm, null), (NewParameter, Parameter), .. NewSlots.Zip(Slots, (updated, slot) => (updated, (Variable?)slot))];

    public bool Equals(ParameterUpdate? other) => ReferenceEquals(this, other) || other is not null
        && (Parameter, Gradient, SquaredNorm, NewParameter) == (other.Parameter, other.Gradient, other.SquaredNorm, other.NewParameter)
        && Slots.ContentEquals(other.Slots) && NewSlots.ContentEquals(other.NewSlots);

    public override int GetHashCode() => HashCode.Combine(Parameter, Gradient, Slots.Length, NewSlots.Length);
}

/// <summary>The expressions by which an optimizer updates all parameters of a model.</summary>
public sealed class OptimizerStep
{
    /// <summary>The step of an optimizer on parameters, given the expression of each gradient.</summary>
    public OptimizerStep(Optimizer optimizer, ImmutableArray<Parameter> parameters, ImmutableArray<Expr> gradients)
    {
        Optimizer = optimizer;
        Inputs = [.. optimizer.Inputs.Select(input => new Variable(input.Name, Shape.Scalar))];
        var squares = gradients.Select(gradient => gradient.Dot(gradient)).ToImmutableArray();
        var scale = optimizer.Clip > 0 ? ScaleOf(squares, optimizer.Clip) : null;
        Updates = [.. parameters.Select((parameter, k) => Update(parameter, gradients[k], squares[k], scale))];
    }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>A variable [1, 1] for each input of the step, such as the learning rate.</summary>
    public ImmutableArray<Variable> Inputs { get; }

    /// <summary>The update of each parameter.</summary>
    public ImmutableArray<ParameterUpdate> Updates { get; }

    /// <summary>The step on the parameters of a table, with a variable for each gradient.</summary>
    public static OptimizerStep Of(Optimizer optimizer, ParameterTable table)
    {
        ImmutableArray<Parameter> parameters = [.. table.Definitions.Select(definition => new Parameter(definition))];
        return new(optimizer, parameters, [.. parameters.Select(p => new Variable($"∂loss/∂{p.Name}", p.Shape))]);
    }

    /// <summary>
    /// The results of all updates: the squared norms first, then the new parameters, then the new slots, one slot after the other.
    /// </summary>
    public ImmutableArray<(Expr Expression, Variable? Variable)> Results =>
        [.. from k in Enumerable.Range(0, 2 + Optimizer.Slots.Length) from update in Updates select update.Results[k]];

    /// <summary>The norm of each gradient, and the state after a step, if the gradients are variables.</summary>
    public (ImmutableArray<double> Norms, TrainingState State) Evaluate(TrainingState state, Gradient gradient, double learningRate)
    {
        var values = Evaluation.Evaluate([.. Results.Select(result => result.Expression)], Bind(state, gradient, learningRate));
        var (count, table) = (Updates.Length, state.Parameters.Table);
        return ([.. values.Take(count).Select(square => Math.Sqrt(square[0, 0].Plain))], new(
            new(table, Part(1)),
            [.. Optimizer.Slots.Select((slot, k) => new Slot(slot.Name, table, Part(2 + k)))],
            state.Step + 1));

        ImmutableArray<double> Part(int k) => Parameters.Entries(values.Skip(k * count).Take(count), x => x.Plain);
    }

    private Environment<Real> Bind(TrainingState state, Gradient gradient, double learningRate)
    {
        var environment = Environment<Real>.Of(Autograd.Inputs.None);
        foreach (var (variable, input) in Inputs.Zip(Optimizer.Inputs))
            environment = environment.With(variable, new(1, 1, [new(input.ValueAt(state.Step, learningRate))]));
        BindEach(update => update.Parameter, state.Parameters);
        BindEach(update => (Variable)update.Gradient, gradient);
        for (var (k, definitions) = (0, Optimizer.Slots); k < definitions.Length; k++)
            BindEach(update => update.Slots[k], state[definitions[k].Name]);
        return environment;

        void BindEach(Func<ParameterUpdate, Variable> variable, ParameterValues values)
        {
            foreach (var (update, matrix) in Updates.Zip(values.Matrices(x => new Real(x))))
                environment = environment.With(variable(update), matrix);
        }
    }

    public override string ToString() => $"{Optimizer.Name} on {Updates.Length} matrices";

    // min(1, clip/‖g‖), as clip/max(clip, ‖g‖): max(c, n) is c + relu(n - c), which is c exactly where n is smaller.
    private static Expr ScaleOf(ImmutableArray<Expr> squaredNorms, double clip)
    {
        var norm = squaredNorms[1..].Aggregate(squaredNorms[0], (sum, square) => sum + square).Pow(0.5);
        return Expr.Constant(clip).Over(clip + (norm - clip).Relu());
    }

    // The scale, if there is one, multiplies the gradient before the optimizer sees it.
    private ParameterUpdate Update(Parameter parameter, Expr gradient, Expr squaredNorm, Expr? scale)
    {
        ImmutableArray<Variable> slots =
            [.. Optimizer.Slots.Select(slot => new Variable($"{slot.Name}.{parameter.Name}", parameter.Shape))];
        var (newParameter, newSlots) = Optimizer.Update(
            parameter,
            scale is null ? gradient : gradient * scale.Broadcast(parameter.Shape),
            [.. slots],
            [.. Inputs.Select(input => input.Broadcast(parameter.Shape))]);
        return new(parameter, gradient, slots, squaredNorm, newParameter, newSlots);
    }
}
