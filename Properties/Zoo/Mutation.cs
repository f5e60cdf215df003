using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>An operation whose value is right, and whose way back is not.</summary>
public sealed record Mispulled(Operation Right, Func<Application, int, Expr, Expr> Wrongly) : Operation
{
    public override string Name => Right.Name;

    public override Shape? Infer(ImmutableArray<Shape> arguments) => Right.Infer(arguments);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs) =>
        Right.Forward(shape, arguments, inputs);

    public override Expr Pullback(Application result, int k, Expr cotangent) => Wrongly(result, k, cotangent);

    public override Expr Pushforward(Application result, int k, Expr tangent) => Right.Pushforward(result, k, tangent);
}

/// <summary>Wrong operations put in the place of right ones.</summary>
public static class Mutation
{
    /// <summary>The expression with some of its operations replaced. Its variables stay what they are.</summary>
    public static Expr Replace(this Expr expression, Func<Operation, Operation> mutate) => Rewriting.Rewrite(
        [expression],
        variable => variable,
        constant => constant,
        application => new Application(mutate(application.Operation), application.Arguments))[0];

    /// <summary>The real backward transformation, which meets wrong operations on its way.</summary>
    public static Transformation Backward(Func<Operation, Operation> mutate) => scalar => scalar.Replace(mutate).Backward();

    /// <summary>The same where operations of one type pull back wrongly.</summary>
    public static Transformation Pullback<TOperation>(Func<TOperation, Application, int, Expr, Expr> wrongly)
        where TOperation : Operation =>
        Backward(operation => operation is TOperation right
            ? new Mispulled(right, (result, k, cotangent) => wrongly(right, result, k, cotangent))
            : operation);

    /// <summary>The engine whose every derivative is changed.</summary>
    public static Func<Gpt, Engine> Derivatives(Func<double, double> change) => gpt => (parameters, batch) =>
    {
        var (loss, gradient) = Engines.Expression(gpt)(parameters, batch);
        return (loss, gradient with { Values = [.. gradient.Values.Select(change)] });
    };

    /// <summary>The engine that evaluates the loss, and the gradient that a backward transformation makes of it.</summary>
    public static Engine Engine(this Transformation backward, Gpt gpt)
    {
        var gradient = backward(gpt.Loss);
        ImmutableArray<Expr> lossAndGradient = [gpt.Loss, .. gpt.Variables.Select(variable => gradient[variable])];
        return (parameters, batch) =>
        {
            var values = Evaluation.Evaluate(lossAndGradient, gpt.Bind(parameters.Matrices(x => new Real(x)), batch));
            return (values[0][0, 0].Plain, parameters.With(values.Skip(1), x => x.Plain));
        };
    }
}
