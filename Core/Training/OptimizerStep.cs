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
    Variable Parameter, Expr Gradient, ImmutableArray<Variable> Slots, Expr SquaredNorm, Expr NewParameter, ImmutableArray<Expr> NewSlots)
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
    public OptimizerStep(Optimizer optimizer, ImmutableArray<Variable> parameters, ImmutableArray<Expr> gradients)
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

    /// <summary>The step on the parameters of a model, with a variable for each gradient.</summary>
    public static OptimizerStep Of(Optimizer optimizer, Configuration configuration)
    {
        ImmutableArray<Variable> parameters =
            [.. configuration.ParameterShapes.Select(shape => new Variable(shape.Name, new(shape.Rows, shape.Columns)))];
        return new(optimizer, parameters, [.. parameters.Select(p => new Variable($"∂loss/∂{p.Name}", p.Shape))]);
    }

    /// <summary>The value of each input at a step, counted from 0.</summary>
    public ImmutableArray<double> InputsAt(int step, double learningRate) =>
        [.. Optimizer.Inputs.Select(input => input.ValueAt(step, learningRate))];

    /// <summary>
    /// The results of all updates: the squared norms first, then the new parameters, then the new slots, one slot after the other.
    /// </summary>
    public ImmutableArray<(Expr Expression, Variable? Variable)> Results =>
        [.. from k in Enumerable.Range(0, 2 + Optimizer.Slots.Length) from update in Updates select update.Results[k]];

    /// <summary>An environment with the values of the parameters, the slots and the inputs of a step.</summary>
    public Environment<Real> Bind(Environment<Real> environment, TrainingState state, double learningRate)
    {
        foreach (var (input, value) in Inputs.Zip(InputsAt(state.Step, learningRate)))
            environment = environment.With(input, new(1, 1, [new(value)]));
        environment = Bind(environment, update => update.Parameter, state.Parameters);
        for (var (k, definitions) = (0, Optimizer.Slots); k < definitions.Length; k++)
            environment = Bind(environment, update => update.Slots[k], state[definitions[k].Name]);
        return environment;
    }

    /// <summary>An environment with values of the gradients, if they are variables.</summary>
    public Environment<Real> Bind(Environment<Real> environment, Gradient gradient) =>
        Bind(environment, update => (Variable)update.Gradient, gradient);

    /// <summary>The norm of each gradient, and the state after a step, if the gradients are variables.</summary>
    public (ImmutableArray<double> Norms, TrainingState State) Evaluate(TrainingState state, Gradient gradient, double learningRate) =>
        Read(
            Evaluation.Evaluate(
                [.. Results.Select(result => result.Expression)],
                Bind(Bind(Environment<Real>.Of(Autograd.Inputs.None), state, learningRate), gradient)),
            state);

    private Environment<Real> Bind(Environment<Real> environment, Func<ParameterUpdate, Variable> variable, ParameterValues values) =>
        Updates.Zip(values.Matrices(x => new Real(x))).Aggregate(environment, (all, pair) => all.With(variable(pair.Item1), pair.Item2));

    /// <summary>The norm of each gradient, and the state after a step, from the values of <see cref="Results"/>.</summary>
    public (ImmutableArray<double> Norms, TrainingState State) Read(ImmutableArray<Matrix<Real>> results, TrainingState before)
    {
        var (count, configuration) = (Updates.Length, before.Parameters.Configuration);
        return ([.. results.Take(count).Select(square => Math.Sqrt(square[0, 0].Plain))], new(
            new(configuration, Part(1)),
            [.. Optimizer.Slots.Select((slot, k) => new Slot(slot.Name, configuration, Part(2 + k)))],
            before.Step + 1));

        ImmutableArray<double> Part(int k) => Parameters.Entries(results.Skip(k * count).Take(count), x => x.Plain);
    }

    public override string ToString() => $"{Optimizer.Name} on {Updates.Length} matrices";

    // min(1, clip/‖g‖), as clip/max(clip, ‖g‖): max(c, n) is c + relu(n - c), which is c exactly where n is smaller.
    private static Expr ScaleOf(ImmutableArray<Expr> squaredNorms, double clip)
    {
        var norm = squaredNorms[1..].Aggregate(squaredNorms[0], (sum, square) => sum + square).Pow(0.5);
        return Expr.Constant(clip).Over(clip + (norm - clip).Relu());
    }

    // The scale, if there is one, multiplies the gradient before the optimizer sees it.
    private ParameterUpdate Update(Variable parameter, Expr gradient, Expr squaredNorm, Expr? scale)
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
