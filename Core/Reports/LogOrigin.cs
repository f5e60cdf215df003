using System.Collections.Immutable;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using MicroGpt.Training;
using static LanguageExt.Prelude;

namespace MicroGpt.Reports;

/// <summary>
/// The share of Adam's second moment that logged gradient norms account for. After step t, the second moments of the entries of a matrix
/// add up to Σₛ (1 - β₂) β₂ᵗ⁻ˢ ‖gₛ‖², where ‖gₛ‖ is the norm of the matrix's gradient in step s, after clipping. A log has the norms before
/// clipping.
/// </summary>
/// <param name="Sum">The sum over the steps that are logged.</param>
/// <param name="Steps">The number of these steps.</param>
internal readonly record struct LoggedMoment(double Sum, int Steps)
{
    /// <summary>The share with one more step of a run. Steps that the run has yet to make do not count.</summary>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="norm">The norm of the matrix's gradient.</param>
    /// <param name="whole">The norm of the whole gradient; NaN if the log does not have it.</param>
    /// <param name="run">The run.</param>
    public LoggedMoment With(int step, double norm, double whole, Checkpoint run)
    {
        if (step > run.State.Step || run.RunConfiguration.Optimizer is not Adam { Beta2: var decay, Clip: var clip }) return this;
        var clipped = clip > 0 ? norm * clip / Math.Max(clip, whole) : norm;
        return new(Sum + (1 - decay) * Math.Pow(decay, run.State.Step - step) * clipped * clipped, Steps + 1);
    }
}

/// <summary>The comparison of a log with a run. It finds logs of other runs.</summary>
public static class LogOrigin
{
    // Single precision rounds a moment once a step, by at most 6e-8 of itself, and forgets it after some hundred steps.
    private const double Tolerance = 1e-4;

    // Single precision rounds smaller squares to multiples of 1e-45.
    private const double Smallest = 1e-30;

    /// <summary>The log if it can be that of the run. Otherwise a problem that names the source and the difference.</summary>
    public static Either<Problem, TrainingLog> Check(TrainingLog log, Checkpoint run, string source)
    {
        var steps = run.RunConfiguration.Schedule.Steps;
        var last = log[TrainingLog.Step].Points.Select(point => (int)point.Step).LastOrDefault();
        var whole = log[TrainingLog.GradientNorm].Points.ToDictionary(point => point.Step, point => point.Value);
        var difference = OtherMatrix([.. log.Series.Select(series => series.Name)], run)
            || (last > steps ? Some(BeyondEnd(last, steps)) : None)
            || OtherGradient(run, column => log[column].Points.Aggregate(default(LoggedMoment), (moment, point) =>
                moment.With((int)point.Step, point.Value, whole.GetValueOrDefault(point.Step, double.NaN), run)));
        return difference.Match<Either<Problem, TrainingLog>>(
            Some: reason => Refuse(source, reason, "name another file with --log"), None: () => log);
    }

    /// <summary>The problem that a log is not that of the run.</summary>
    internal static Problem Refuse(string source, string reason, string remedy) =>
        new($"{source} is not the log of this run: {reason}; {remedy}.");

    /// <summary>The reason why a log with a row of this step is not that of the run.</summary>
    internal static string BeyondEnd(int step, int steps) => $"it has step {step}, and the run has {steps} steps";

    /// <summary>
    /// The reason why a log is not that of the run, if its columns are those of other matrices. A log may have no columns of matrices.
    /// </summary>
    internal static Option<string> OtherMatrix(ImmutableArray<string> columns, Checkpoint run)
    {
        var ours = run.Configuration.Table.Definitions.Select(matrix => TrainingLog.ColumnOf(matrix.Name)).ToImmutableArray();
        var theirs = columns.Where(name => name.StartsWith(TrainingLog.ColumnOf(""), StringComparison.Ordinal)).ToImmutableArray();
        return theirs.Except(ours).HeadOrNone().Map(name => $"it has a column {name}, and the model has no such matrix")
            || ours.Except(theirs).Where(_ => !theirs.IsEmpty).HeadOrNone().Map(name => $"it has no column {name}");
    }

    /// <summary>
    /// The reason why a log is not that of the run, if its gradient norms contradict the second moments of the run. Missing steps can only
    /// add to a moment. Only Adam has second moments, and they say nothing before the first step.
    /// </summary>
    internal static Option<string> OtherGradient(Checkpoint run, Func<string, LoggedMoment> logged)
    {
        if (run.State.Step == 0 || run.RunConfiguration.Optimizer is not Adam) return None;
        var moments = run.State["v"].Matrices(x => x).Select(matrix => matrix.Entries.Sum());
        return run.Configuration.Table.Definitions
            .Zip(moments, (shape, moment) => (Column: TrainingLog.ColumnOf(shape.Name), Moment: moment))
            .Where(matrix => Contradicts(logged(matrix.Column), matrix.Moment)).HeadOrNone()
            .Map(matrix => $"its {matrix.Column} up to step {run.State.Step} is not that of the run that was saved");

        bool Contradicts(LoggedMoment found, double moment) => moment < double.PositiveInfinity
            && (found.Steps == run.State.Step ? Math.Abs(found.Sum - moment) : found.Sum - moment) > Tolerance * moment + Smallest;
    }
}
