using System.Collections.Immutable;
using FsCheck;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;
using Trained = (
    MicroGpt.Training.TrainingState State, System.Collections.Immutable.ImmutableArray<MicroGpt.Training.StepResult> Results);

namespace MicroGpt.Properties;

/// <summary>The values of expressions at plain numbers: under test.</summary>
public delegate ImmutableArray<Matrix<Real>> Evaluator(ImmutableArray<Expr> expressions, Environment<Real> environment);

/// <summary>Laws of compilation: simplified or compiled, an expression keeps its value.</summary>
public static class CompilationLaws
{
    /// <summary>
    /// An expression and its gradient have the values that plain loops find, up to rounding. The bound is the running error of plain
    /// loops, from numbers that are rounded to the precision first.
    /// </summary>
    public static Property Evaluates(MatrixFormula m, Evaluator evaluator, double precision)
    {
        var gradient = m.Scalar.Backward();
        ImmutableArray<Expr> expressions = [m.Body, .. m.Variables.Select(variable => gradient[variable])];
        var rounded = m.Bind([.. m.Point.Select(RunningError.Once)]);
        if (!Tolerance.IsBoundedByRunningError(precision, expressions, rounded)) return Verdict.NoneOf([]);
        var found = evaluator(expressions, m.Bind([.. m.Point.Select(x => new Real(x))]));
        var expected = Evaluation.Evaluate([.. expressions.Select(x => x.Replace(LargestWithError.InPlaceOfLargest))], rounded);
        return Verdict.NoneOf(
            from k in Enumerable.Range(0, expressions.Length)
            from i in Enumerable.Range(0, expected[k].Entries.Length)
            let e = expected[k].Entries[i]
            from complaint in Verdict.Apart(
                $"entry {i} of {(k == 0 ? "the value" : $"the gradient of {m.Variables[k - 1].Name}")}",
                found[k].Entries[i].Plain, e.Plain, Tolerance.Bound(precision, 2 * e.Error))
            select complaint);
    }

    /// <summary>Training n steps and then m is training n + m steps, to the bit.</summary>
    public static Property GoesOnWhereItStopped(ModelCase model, Trainer trainer, int first, int second)
    {
        var start = TrainingState.Start(model.Parameters, Optimizers.Default);
        return AreTheSame(
            from early in trainer.Steps(start, first)
            from late in trainer.Steps(early.State, second)
            select (late.State, early.Results.AddRange(late.Results)),
            trainer.Steps(start, first + second));
    }

    /// <summary>A trainer stops when its caller returns false after step n: state and results are those of n steps, to the bit.</summary>
    public static Property StopsWhenTheCallbackReturnsFalse(ModelCase model, Trainer trainer, int steps, int more)
    {
        var (start, reported) = (TrainingState.Start(model.Parameters, Optimizers.Default), ImmutableArray.CreateBuilder<StepResult>());
        var stopped = trainer(start, steps + more, result =>
        {
            reported.Add(result);
            return reported.Count < steps;
        });
        return AreTheSame(stopped.Map(state => (state, reported.ToImmutable())), trainer.Steps(start, steps));
    }

    /// <summary>Two trainers return the same results and leave the same state, to the bit.</summary>
    public static Property TrainTheSame(ModelCase model, Trainer trainer, Trainer other, int steps)
    {
        var start = TrainingState.Start(model.Parameters, Optimizers.Default);
        return AreTheSame(trainer.Steps(start, steps), other.Steps(start, steps));
    }

    /// <summary>
    /// A trainer's first step has the loss of the engine, and the first moment that Adam computes from the engine's gradient: up to 400
    /// roundoffs of the largest entry, or up to the rounding errors of both. The trainer's sum over shards adds in another order.
    /// </summary>
    public static Property StepsAs(ModelCase model, Trainer trainer, Engine engine, TrainingData data, double precision)
    {
        var relative = 400 * precision;
        var (start, batch) = (TrainingState.Start(model.Parameters, Optimizers.Default), data.BatchAt(0, model.Model));
        var (loss, gradient) = engine(model.Parameters, batch);
        var expected = OptimizerUpdates.By(new Adam())(start, gradient, data.Schedule.RateAt(0))["m"].Values;
        var bound = relative * expected.Max(Math.Abs) + Tolerance.OfFlushToZero(precision);
        var function = new LossFunction(model.Model, model.Parameters, batch);
        var rounding = new Lazy<ImmutableArray<double>>(() => function.Rounding().Gradient);
        return trainer.Steps(start, 1).Map(found => Verdict.NoneOf(
        [
            .. Verdict.Apart("the loss", found.Results[0].Loss, loss, relative * Math.Abs(loss)),
            .. found.State["m"].Values.SelectMany((m, i) => Verdict.Apart(
                $"the first moment of {model.Name(i)}", m, expected[i], bound,
                () => 2 * Tolerance.Units(precision) * (1 - new Adam().Beta1) * rounding.Value[i])),
        ])).IfLeft(problem => Verdict.That(false, problem.Sentence));
    }

    /// <summary>A cache is a value: earlier steps of the decoder, in any order, change no bit of a logit.</summary>
    public static Property AreOfTheCacheAlone(GptCase model, Func<Gpt, Parameters, Decoder> decoding)
    {
        var (decoder, tokens) = (decoding(model.Gpt, model.Parameters), model.Documents[0][..^1]);
        var caches = tokens.Take(model.Configuration.BlockSize)
            .Aggregate(ImmutableList.Create(KeyValueCache.Empty), (seen, token) => seen.Add(decoder.Step(seen[^1], token).Next));
        return Verdict.NoneOf(
            from i in Enumerable.Range(0, caches.Count - 1).Reverse()
            from token in Enumerable.Range(0, model.Configuration.VocabSize)
            let again = decoder.Step(caches[i], token).Logits
            let alone = decoding(model.Gpt, model.Parameters).Step(caches[i], token).Logits
            from j in Enumerable.Range(0, alone.Length)
            from complaint in Verdict.Unequal($"logit {j} of token {token} after {i} positions", again[j], alone[j])
            select complaint);
    }

    private static Property AreTheSame(Either<Problem, Trained> found, Either<Problem, Trained> expected) =>
        (from one in found from other in expected select AreTheSame(one, other))
            .IfLeft(problem => Verdict.That(found == expected, problem.Sentence));

    private static Property AreTheSame(Trained found, Trained expected) => Verdict.NoneOf(
    [
        .. Verdict.Unequal("the number of steps", found.State.Step, expected.State.Step),
        .. Verdict.Unequal("the number of results", found.Results.Length, expected.Results.Length),
        .. found.Results.Zip(expected.Results, (result, right) => (result.Loss, Right: right.Loss)).SelectMany((step, i) =>
            Verdict.Unequal($"the loss of step {i + 1}", step.Loss, step.Right)),
        .. Unequal("parameter", found.State.Parameters, expected.State.Parameters),
        .. found.State.Slots.SelectMany(slot => Unequal(slot.Name, slot, expected.State[slot.Name])),
    ]);

    private static IEnumerable<string> Unequal(string what, ParameterValues found, ParameterValues expected) =>
        found.Values.SelectMany((x, i) => Verdict.Unequal($"{what} {i}", x, expected.Values[i]));
}

/// <summary>The largest of groups together with its running error, which a stop-gradient constant would lose.</summary>
public sealed record LargestWithError(int Groups) : Operation
{
    public override string Name => $"largest-with-error({Groups})";

    /// <summary>Replaces <see cref="LargestOfGroups"/>, and no other operation.</summary>
    public static Operation InPlaceOfLargest(Operation operation) =>
        operation is LargestOfGroups largest ? new LargestWithError(largest.Groups) : operation;

    public override Shape? Infer(ImmutableArray<Shape> arguments) => new LargestOfGroups(Groups).Infer(arguments);

    public override Matrix<T> Forward<T>(Shape shape, ImmutableArray<Matrix<T>> arguments, Inputs inputs)
    {
        var (x, m) = (arguments[0], arguments[0].Columns / Groups);
        return Matrix<T>.Of(x.Rows, Groups, (i, g) => Enumerable.Range(g * m, m).Select(j => x[i, j]).MaxBy(entry => entry.Plain)!);
    }

    public override Expr Pullback(Application result, int k, Expr cotangent) => new Constant(0, result.Arguments[0].Shape);

    public override Expr Pushforward(Application result, int k, Expr tangent) => new Constant(0, result.Shape);
}
