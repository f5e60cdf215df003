using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Mutants against the rules that every gradient, operation and trainer obeys, whatever it computes.</summary>
public static class WrongRules
{
    /// <summary>The mutants.</summary>
    public static ImmutableArray<Mutant> All { get; } =
    [
        new("The gradient that is clipped too early",
            "Derivatives are limited to ±1 within the backward pass, where an optimizer would limit them afterwards.",
            "of f with ",
            Kill.Of(nameof(GraphLaws.IsLinear), Formulas.Gentle, g => GraphLaws.IsLinear(g.Formula, 2, 3, Clipped)),
            Kill.Of(nameof(GraphLaws.ObeysTheProductRule), Formulas.Gentle, g => GraphLaws.ObeysTheProductRule(g.Formula, Clipped)),
            Kill.Of(nameof(GraphLaws.ObeysTheQuotientRule), Formulas.Gentle, g => GraphLaws.ObeysTheQuotientRule(g.Formula, Clipped)),
            Kill.Of(nameof(GraphLaws.ObeysTheChainRule), Formulas.Gentle, g => GraphLaws.ObeysTheChainRule(g.Formula, Square, Clipped)),
            Kill.Of(nameof(GraphLaws.ScalesByPowersOfTwoExactly), Formulas.Gentle,
                g => GraphLaws.ScalesByPowersOfTwoExactly(g.Formula, Gradients.Reverse(Clipped))),
            Kill.Of(nameof(DerivativeLaws.AgreesWithFiniteDifferences), Formulas.Gentle,
                g => DerivativeLaws.AgreesWithFiniteDifferences(g.Formula, Gradients.Reverse(Clipped), Direction.Ones)),
            Kill.Of(nameof(DerivativeLaws.AgreesAlong), Formulas.Gentle,
                g => DerivativeLaws.AgreesAlong(g.Formula, Gradients.Reverse(Clipped), Oracles.ByComplexStep, Direction.Ones))),
        new("The favourite leaf",
            "The derivative by the first leaf is doubled. Only another order of the leaves shows it.",
            "renamed, is",
            Kill.Of(nameof(GraphLaws.DoesNotDependOnTheOrderOfLeaves), Formulas.Any, f => GraphLaws.DoesNotDependOnTheOrderOfLeaves(
                f, g => g.ByReverseMode() is var gradient ? gradient.SetItem(0, 2 * gradient[0]) : []))),
        new("The root that is a variable",
            "The backward pass lists the node that it starts from among the variables, even if the node is a constant.",
            "a constant has a gradient",
            Kill.Of(nameof(GraphLaws.IsEmptyForAConstant), Formulas.Any, f => GraphLaws.IsEmptyForAConstant(
                f, root => new([KeyValuePair.Create(root, new Real(1))])))),
        new("The last shard",
            "The gradients of two shards are not added: the second replaces the first.",
            " is 0 and should be ",
            Kill.Of(nameof(GradientMapLaws.HasAnIdentity), GradientTables.Real, f => GradientMapLaws.HasAnIdentity(f, (_, g) => g)),
            Kill.Of(nameof(GradientMapLaws.Commutes), GradientTables.Real, f => GradientMapLaws.Commutes(f, Zeros, (_, g) => g)),
            Kill.Of(nameof(GradientMapLaws.IsPointwise), GradientTables.Real, f => GradientMapLaws.IsPointwise(f, Zeros, (_, g) => g))),
        new("The mean of means of shards",
            "The gradients of two shards are averaged and not added, so that the last of three shards counts most.",
            "x0 is ",
            Kill.Of(nameof(GradientMapLaws.IsAssociativeExactly), GradientTables.Integer,
                f => GradientMapLaws.IsAssociativeExactly(f, new([2, 2, 2, 2]), new([6, 6, 6, 6]), Mean)),
            Kill.Of(nameof(GradientMapLaws.IsAssociativeToRounding), GradientTables.Real,
                f => GradientMapLaws.IsAssociativeToRounding(f, new([2, 2, 2, 2]), new([6, 6, 6, 6]), Mean))),
        new("The frozen coordinate",
            "The product of Hessian and vector has a zero for the first coordinate.",
            "(Hv)0 is 0",
            Kill.Of(nameof(HessianLaws.IsComplexStepOfTheGradient), Formulas.Any,
                f => HessianLaws.IsComplexStepOfTheGradient(f, Direction.Ones, Frozen)),
            Kill.Of(nameof(HessianLaws.IsSymmetric), Formulas.Any,
                f => HessianLaws.IsSymmetric(f, Direction.Ones, new([1, -2, 3]), Frozen))),
        new("The cube by products",
            "The cube of a plain number is made by two products, which round otherwise than the power does.",
            "real part is ",
            Kill.Of(nameof(OperationLaws.HasOneValue), Reals.Any, x => OperationLaws.HasOneValue(new([x], [new(new Cube(), [0])])))),
        new("The slip of sign",
            "The cotangent of an operation that is linear in each argument is passed on with the opposite sign.",
            "Aᵀ y⟩ is ",
            Kill.Of(nameof(StructureLaws.PullsBackByItsAdjoint), Structures.Linear, s => StructureLaws.PullsBackByItsAdjoint(
                Mutation.Structure(s, right => new WrongPullback(right, (result, k, cotangent) => right.Pullback(result, k, -cotangent))),
                Direction.Ones))),
        new("The tangent that arrives twice",
            "The pushforward of an operation adds the tangent of an argument twice.",
            "tangent 0 is ",
            Kill.Of(nameof(StructureLaws.PushesForwardByItsDerivative), Structures.Linear, s => StructureLaws.PushesForwardByItsDerivative(
                Mutation.Structure(s, right => new WrongPushforward(
                    right, (result, k, tangent) => right.Pushforward(result, k, tangent + tangent))),
                Direction.Ones))),
        new("The lost row",
            "An operation computes all rows but the last.",
            " came of ",
            Kill.Of(nameof(StructureLaws.MakesTheShapeItInfers), Structures.Any, s => StructureLaws.MakesTheShapeItInfers(
                Mutation.Structure(s, _ => new WithoutLastRow()), Direction.Ones))),
        new("The counter",
            "A computation counts its calls, and the count is part of the result.",
            "another result with 1 threads",
            Kill.Of(nameof(PurityLaws.IsPure), Reals.Any, _ =>
            {
                var calls = 0;
                return PurityLaws.IsPure(() => [Interlocked.Increment(ref calls)], () => "");
            })),
        new("The deaf trainer",
            "A trainer does not hear that its caller wants to stop.",
            "the number of steps is ",
            Kill.Of(nameof(CompilationLaws.StopsWhenTheCallbackReturnsFalse), Models.Small,
                model => CompilationLaws.StopsWhenTheCallbackReturnsFalse(model, Deaf(TrainerOf(model)), steps: 1, more: 2))),
        new("The fresh start",
            "A trainer goes on from the parameters that it gets, and not from their moments and step.",
            "the number of steps is ",
            Kill.Of(nameof(CompilationLaws.GoesOnWhereItStopped), Models.Small,
                model => CompilationLaws.GoesOnWhereItStopped(model, Fresh(TrainerOf(model)), first: 1, second: 1))),
        new("The other end of the data",
            "A trainer takes the documents from the last to the first.",
            "the loss of step 1 is ",
            Kill.Of(nameof(CompilationLaws.TrainTheSame), Models.Small,
                model => CompilationLaws.TrainTheSame(model, Reversed(model), TrainerOf(model), steps: 1)),
            Kill.Of(nameof(CompilationLaws.StepsAs), Models.Small, model => CompilationLaws.StepsAs(
                model, Reversed(model), Engines.Expression(model.Model), model.Data(600, batchSize: 1), Tolerance.OfDouble))),
        new("The stale logits",
            "A decoder keeps the logits of each position, and returns them for another token too.",
            "logit 0 of token ",
            Kill.Of(nameof(CompilationLaws.AreOfTheCacheAlone), Models.Small, model => CompilationLaws.AreOfTheCacheAlone(model, Stale))),
    ];

    private static RandomFormula Square => new([3], [new(new Unary<Pow>(new(2)), [0])]);

    private static RealGradients Zeros => new([0, 0, 0, 0]);

    private static GradientMap<Value<Real>, Real> Clipped(Value<Real> root)
    {
        var gradient = root.Backward();
        return new(gradient.Variables.Select(x => KeyValuePair.Create(x, new Real(Math.Clamp(gradient[x].Plain, -1, 1)))));
    }

    private static GradientMap<Value<Real>, Real> Mean(GradientMap<Value<Real>, Real> f, GradientMap<Value<Real>, Real> g) =>
        new(f.Variables.Union(g.Variables).Select(x => KeyValuePair.Create(x, (f[x] + g[x]) * 0.5)));

    private static ImmutableArray<double> Frozen(IDifferentiable f, ImmutableArray<double> v) =>
        HessianLaws.ForwardOverReverse(f, v).SetItem(0, 0);

    private static Trainer TrainerOf(ModelCase model) =>
        Trainers.Create(model.Model, Engines.Expression(model.Model), model.Data(600, batchSize: 1), Optimizers.Default);

    private static Trainer Reversed(ModelCase model) => TrainerOf(model with { Documents = [.. model.Documents.Reverse()] });

    private static Trainer Deaf(Trainer right) => (from, steps, onStep, cancellation) => right(from, steps, result =>
    {
        onStep(result);
        return true;
    }, cancellation);

    private static Trainer Fresh(Trainer right) => (from, steps, onStep, cancellation) =>
        right(TrainingState.Start(from.Parameters, Optimizers.Default), steps, onStep, cancellation);

    private static Decoder Stale(Gpt gpt, Parameters parameters)
    {
        var (right, known) = (Decoder.Of(gpt, parameters), new Dictionary<int, (ImmutableArray<double>, KeyValueCache)>());
        return right with
        {
            Step = (cache, token) => known.TryGetValue(cache.Length, out var step) ? step : known[cache.Length] = right.Step(cache, token),
        };
    }

    private sealed class Cube() : Function("cube", 1)
    {
        public override T Apply<T>(ImmutableArray<T> x) => typeof(T) == typeof(Real) ? x[0] * x[0] * x[0] : x[0].Pow(3);
    }
}
