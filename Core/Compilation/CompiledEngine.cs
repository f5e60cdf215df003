using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>A GPT's loss and gradient, compiled, and Adam beside them: training in place, for whoever looks at nothing but the outcome.</summary>
public sealed class CompiledTraining<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gpt gpt;
    private readonly Layout layout;
    private readonly Program<T> program;
    private readonly Arena<T> parameters, gradient, first, second;

    /// <summary>Compiles for batches of so many documents.</summary>
    public CompiledTraining(Gpt gpt, int documents)
    {
        this.gpt = gpt;
        var configuration = gpt.Configuration;
        (parameters, gradient, first, second) = (new(configuration), new(configuration), new(configuration), new(configuration));
        layout = new(documents, documents * configuration.BlockSize);
        var loss = Simplification.Simplify(gpt.Loss)[0];
        var derivatives = loss.Backward();
        program = new(
            Simplification.Simplify([.. gpt.Variables.Select(x => derivatives[x]), loss]), layout,
            x => parameters[x], k => k < gpt.Variables.Length ? gradient[gpt.Variables[k]] : null);
    }

    public void Load(TrainingState state)
    {
        parameters.Load(state.Parameters); first.Load(state.FirstMoment); second.Load(state.SecondMoment);
    }

    public TrainingState Store(int step) => new(parameters.Store(gpt.Configuration), first.Store(gpt.Configuration), second.Store(gpt.Configuration), step);

    public Parameters Gradient => gradient.Store(gpt.Configuration);

    public void Batch(ImmutableArray<ImmutableArray<int>> documents, long from, int count)
    {
        layout.Clear();
        var (tokens, positions, targets) = (layout[Gpt.Tokens], layout[Gpt.Positions], layout[Gpt.Targets]);
        for (var b = 0; b < count; b++)
        {
            var document = documents[(int)((from + b) % documents.Length)].AsSpan();
            var length = Math.Min(gpt.Configuration.BlockSize, document.Length - 1);
            var start = layout.Add(length);
            document[..length].CopyTo(tokens.AsSpan(start));
            document[1..(length + 1)].CopyTo(targets.AsSpan(start));
            for (var p = 0; p < length; p++) positions[start + p] = p;
        }
    }

    public double Loss()
    {
        program.Prepare();
        program.Run();
        return double.CreateTruncating(program.Results[^1].At(0));
    }

    public void Adam(double rate, int step)
    {
        const double Beta1 = 0.85, Beta2 = 0.99;
        AdamKernel(parameters.Values, gradient.Values, first.Values, second.Values,
            T.CreateTruncating(Beta1), T.CreateTruncating(Beta2),
            T.CreateTruncating(rate / (1 - Math.Pow(Beta1, step + 1))), T.CreateTruncating(1 / (1 - Math.Pow(Beta2, step + 1))));
    }

    private static void AdamKernel(T[] p, T[] g, T[] m, T[] v, T beta1, T beta2, T rate, T bias2)
    {
        var (b1, c1, b2, c2) = (Vector512.Create(beta1), Vector512.Create(T.One - beta1), Vector512.Create(beta2), Vector512.Create(T.One - beta2));
        var (by, bias, epsilon) = (Vector512.Create(rate), Vector512.Create(bias2), Vector512.Create(T.CreateTruncating(1e-8)));
        ref var ps = ref p[0]; ref var gs = ref g[0]; ref var ms = ref m[0]; ref var vs = ref v[0];
        for (nuint i = 0; i + (nuint)Vector512<T>.Count <= (nuint)p.Length; i += (nuint)Vector512<T>.Count)
        {
            var slope = Vector512.LoadUnsafe(ref gs, i);
            var mean = Register.Fma(b1, Vector512.LoadUnsafe(ref ms, i), c1 * slope);
            var square = Register.Fma(b2, Vector512.LoadUnsafe(ref vs, i), c2 * slope * slope);
            mean.StoreUnsafe(ref ms, i);
            square.StoreUnsafe(ref vs, i);
            (Vector512.LoadUnsafe(ref ps, i) - by * mean / (Vector512.Sqrt(square * bias) + epsilon)).StoreUnsafe(ref ps, i);
        }
    }
}
