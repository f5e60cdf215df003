using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>An operation that is another one but for what a mutant changes.</summary>
public abstract record AlmostSame(Operation Right) : Operation
{
    public override string Name => Right.Name;

    public override Shape? Infer(ImmutableArray<Shape> arguments) => Right.Infer(arguments);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Right.Forward(shape, arguments, inputs);

    public override Expr Pullback(Application result, int k, Expr cotangent) => Right.Pullback(result, k, cotangent);

    public override Expr Pushforward(Application result, int k, Expr tangent) => Right.Pushforward(result, k, tangent);
}

/// <summary>An operation with the right value and a wrong pullback.</summary>
public sealed record WrongPullback(Operation Right, Func<Application, int, Expr, Expr> Pull) : AlmostSame(Right)
{
    public override Expr Pullback(Application result, int k, Expr cotangent) => Pull(result, k, cotangent);
}

/// <summary>An operation with the right value and a wrong pushforward.</summary>
public sealed record WrongPushforward(Operation Right, Func<Application, int, Expr, Expr> Push) : AlmostSame(Right)
{
    public override Expr Pushforward(Application result, int k, Expr tangent) => Push(result, k, tangent);
}

/// <summary>Wrong operations and derivatives in place of right ones.</summary>
public static class Mutation
{
    /// <summary>The backward transformation of Core, applied to an expression with wrong operations.</summary>
    public static Transformation Backward(Func<Operation, Operation> mutate) => scalar => scalar.Replace(mutate).Backward();

    /// <summary>The backward transformation with a wrong pullback for one type of operation.</summary>
    public static Transformation Pullback<TOperation>(Func<TOperation, Application, int, Expr, Expr> wrongly)
        where TOperation : Operation =>
        Backward(operation => operation is TOperation right
            ? new WrongPullback(right, (result, k, cotangent) => wrongly(right, result, k, cotangent))
            : operation);

    /// <summary>A structure with a wrong operation in place of its own.</summary>
    public static T Structure<T>(T structure, Func<Operation, Operation> wrongly) where T : Structure =>
        structure with { Entry = structure.Entry with { Operation = wrongly(structure.Entry.Operation) } };

    /// <summary>The backward transformation of Core with a change of every gradient.</summary>
    public static Transformation Gradient(Func<Expr, Expr> change) => scalar =>
    {
        var gradient = scalar.Backward();
        return new(gradient.Variables.Select(x => KeyValuePair.Create(x, change(gradient[x]))));
    };

    /// <summary>The expression engine with a change applied to every derivative.</summary>
    public static EngineOf Derivatives(Func<double, double> change) => model => (parameters, batch, _) =>
    {
        var (loss, gradient) = Engines.Expression(model)(parameters, batch);
        return (loss, gradient with { Values = [.. gradient.Values.Select(change)] });
    };

    /// <summary>An engine that evaluates the loss and its gradient by a backward transformation.</summary>
    public static Engine Engine(this Transformation backward, LanguageModel model)
    {
        var gradient = backward(model.Loss);
        ImmutableArray<Expr> lossAndGradient = [model.Loss, .. model.Variables.Select(variable => gradient[variable])];
        return (parameters, batch, _) =>
        {
            var values = Evaluation.Evaluate(lossAndGradient, model.Bind(parameters.Matrices(x => new Real(x)), batch));
            return (values[0][0, 0].Plain, new(parameters.Table, Parameters.Entries(values.Skip(1), x => x.Plain)));
        };
    }
}
