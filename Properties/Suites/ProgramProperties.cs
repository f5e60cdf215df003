using System.Collections.Immutable;
using System.Numerics;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Simplification, fusion and programs change speed only.</summary>
public class ProgramProperties
{
    private const int MostRows = 9;

    [Law(300)]
    public Property A_program_evaluates_in_double_precision(MatrixFormula m) =>
        CompilationLaws.Evaluates(m, ByProgram<double>, Tolerance.OfDouble);

    [Law(300)]
    public Property A_program_evaluates_in_single_precision(MatrixFormula m) =>
        CompilationLaws.Evaluates(m, ByProgram<float>, Tolerance.OfSingle);

    [Law(300)]
    public Property Simplification_preserves_value_and_gradient(MatrixFormula m) => CompilationLaws.Evaluates(m,
        (expressions, environment) => Evaluation.Evaluate(Simplification.Simplify(expressions), environment), Tolerance.OfDouble);

    [Law(300)]
    public Property Fusion_preserves_value_and_gradient(MatrixFormula m) => CompilationLaws.Evaluates(m,
        (expressions, environment) => Evaluation.Evaluate(Fusion.Fuse(expressions), environment), Tolerance.OfDouble);

    [Law(300)]
    public Property A_program_that_overwrites_its_variables_evaluates_in_double_precision(MatrixFormula m, ushort draw) =>
        CompilationLaws.Evaluates(m, ByOverwriting<double>(draw), Tolerance.OfDouble);

    [Law(300)]
    public Property A_plan_computes_each_node_once(MatrixFormula m, ushort draw) =>
        PlanLaws.ComputesEachNodeOnce(PlanLaws.Outputs(m, draw), BufferPlan.Of);

    [Law(1000)]
    public Property A_plan_overwrites_nothing_that_is_read(MatrixFormula m, ushort draw) =>
        PlanLaws.OverwritesNothingThatIsRead(PlanLaws.Outputs(m, draw), BufferPlan.Of);

    // Every kernel that has two units of rows is shared, however small it is.
    [Law(20)]
    public Property Threads_that_share_kernels_change_nothing(GptCase model, byte threads, byte batchSize) =>
        SharedTrainsTheSame<double>(model, 2 + threads % 3, 1 + batchSize % 16);

    [Law(20)]
    public Property Threads_that_share_kernels_change_nothing_in_single_precision(GptCase model, byte threads, byte batchSize) =>
        SharedTrainsTheSame<float>(model, 2 + threads % 3, 1 + batchSize % 16);

    [Law(300)]
    public Property A_division_has_each_row_once(ushort rows, byte unit, byte parts)
    {
        var (units, size) = (rows % 100, 2 + unit % 8);
        return ThreadLaws.DividesRows(units * size + rows % size, size, 1 + parts % Math.Max(1, units / 2), Stage.Share);
    }

    [Law(500)]
    public Property The_Adam_kernel_follows_the_definition_of_Adam(GradientHistory history) =>
        TrainingLaws.IsAdam(history.Gradients, ByKernel);

    private static Property SharedTrainsTheSame<T>(GptCase model, int threads, int batchSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var data = model.Data(600, batchSize);
        return CompilationLaws.TrainTheSame(
            model,
            CompiledTrainer.Compile<T>(model.Model, data, Optimizers.Default, new Team(threads, LeastWork: 0)),
            CompiledTrainer.Compile<T>(model.Model, data, Optimizers.Default, threads: 1),
            steps: 4);
    }

    private static ImmutableArray<Matrix<Real>> ByProgram<T>(ImmutableArray<Expr> expressions, Environment<Real> environment)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CompiledEvaluation.Compile<T>(expressions, documents: 3, positions: MostRows)(environment);

    // By a program whose outputs overwrite some of its variables, as the draw determines.
    private static Evaluator ByOverwriting<T>(int draw) where T : unmanaged, IBinaryFloatingPointIeee754<T> => (expressions, environment) =>
    {
        var (layout, packing) = (new BatchLayout(documents: 3, positions: MostRows), environment.Inputs.Packing);
        var buffers = new Dictionary<Variable, MatrixBuffer<T>>();
        var program = Program<T>.Compile(PlanLaws.Outputs(Fusion.Fuse(expressions), draw), layout, Loaded);
        layout.Load(environment.Inputs);
        program.Run();
        return [.. program.Results.Zip(expressions, (result, x) => result.ToMatrix(x.Shape.Rows.In(packing), x.Shape.Columns))];

        MatrixBuffer<T> Loaded(Variable variable)
        {
            if (buffers.TryGetValue(variable, out var known)) return known;
            var buffer = MatrixBuffer<T>.Allocate(layout.Capacity(variable.Shape.Rows), variable.Shape.Columns);
            buffer.Load(variable.Shape.Columns, [.. environment[variable].Entries.Select(x => x.Plain)]);
            return buffers[variable] = buffer;
        }
    };

    // All parameters are one row, because the update is entry by entry.
    private static TrainingState ByKernel(TrainingState state, Gradient gradient, double learningRate)
    {
        ParameterValues[] matrices = [state.Parameters, gradient, state["m"], state["v"]];
        var adam = new Adam();
        var scalars = adam.Inputs.Select(input => input.ValueAt(state.Step, learningRate));
        ImmutableArray<(Variable Variable, Matrix<Real> Value)> arguments =
        [
            .. from x in matrices
               let count = x.Values.Length
               select (new Variable("x", new(1, count)), new Matrix<Real>(1, count, [.. x.Values.Select(Real)])),
            .. scalars.Select(x => (new Variable("s", Shape.Scalar), new Matrix<Real>(1, 1, [Real(x)]))),
        ];
        var update = new AdamUpdate(adam.Beta1, adam.Beta2, adam.Epsilon);
        var results = CompiledEvaluation.Compile<double>([.. Enumerable.Range(0, 3).Select(result =>
            new Application(update with { Result = result }, [.. arguments.Select(x => x.Variable)]))]);
        var values = results(arguments.Aggregate(Environment<Real>.Of(Inputs.None), (bound, x) => bound.With(x.Variable, x.Value)));
        return new(
            new(gradient.Table, Stored(values[0])),
            [new("m", gradient.Table, Stored(values[1])), new("v", gradient.Table, Stored(values[2]))],
            state.Step + 1);

        static Real Real(double x) => new(x);
        static ImmutableArray<double> Stored(Matrix<Real> matrix) => [.. matrix.Entries.Select(x => x.Plain)];
    }
}
