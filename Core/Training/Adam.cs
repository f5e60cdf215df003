using MicroGpt.Model;

namespace MicroGpt.Training;

/// <summary>
/// The state of training: the parameters, Adam's running means of the gradient and of its square, and the number of steps done.
/// </summary>
public sealed record TrainingState(Parameters Parameters, Parameters FirstMoment, Parameters SecondMoment, int Step)
{
    /// <summary>The state before the first step.</summary>
    public static TrainingState Start(Parameters parameters)
    {
        var zero = Parameters.Zero(parameters.Configuration);
        return new(parameters, zero, zero, 0);
    }
}

/// <summary>
/// Adam, the blessed optimizer: each parameter steps against the running mean of its gradient, divided by the gradient's root mean
/// square and times the learning rate (Kingma and Ba, 2015).
/// </summary>
public static class Adam
{
    /// <summary>
    /// The decay rates of the running means of the gradient and of its square, and the term that keeps the denominator above 0.
    /// </summary>
    public const double Beta1 = 0.85, Beta2 = 0.99, Epsilon = 1e-8;

    /// <summary>The state after one update. Division by 1 - βᵗ corrects the bias of moments that start from 0.</summary>
    public static TrainingState Update(TrainingState state, Parameters gradient, double learningRate)
    {
        var (g, count) = (gradient.Values, gradient.Values.Length);
        var (m, v, p) = (new double[count], new double[count], new double[count]);
        var (bias1, bias2) = (1 - Math.Pow(Beta1, state.Step + 1), 1 - Math.Pow(Beta2, state.Step + 1));
        for (var i = 0; i < p.Length; i++)
        {
            m[i] = Beta1 * state.FirstMoment.Values[i] + (1 - Beta1) * g[i];
            v[i] = Beta2 * state.SecondMoment.Values[i] + (1 - Beta2) * Math.Pow(g[i], 2);
            p[i] = state.Parameters.Values[i] - learningRate * (m[i] / bias1) / (Math.Pow(v[i] / bias2, 0.5) + Epsilon);
        }
        return new(gradient with { Values = [.. p] }, gradient with { Values = [.. m] }, gradient with { Values = [.. v] }, state.Step + 1);
    }
}
