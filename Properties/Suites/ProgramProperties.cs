using System.Collections.Immutable;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Simplification, fusion, programs, compiled training and the compiled decoder change speed only.</summary>
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

    [Law(20)]
    public Property Compiled_training_goes_on_where_it_stopped(GptCase model, byte first, byte second) =>
        CompilationLaws.GoesOnWhereItStopped(
            model, CompiledTrainer.Compile<float>(model.Gpt, model.Data(600, batchSize: 2), threads: 1), first % 20, second % 20);

    [Law(20)]
    public Property Training_by_an_engine_goes_on_where_it_stopped(GptCase model, byte first, byte second) =>
        CompilationLaws.GoesOnWhereItStopped(model, ByEngine(model), first % 3, second % 3);

    [Law(20)]
    public Property Compiled_training_stops_at_the_step_where_its_callback_returns_false(
        GptCase model, byte steps, byte more, byte threads) => CompilationLaws.StopsWhenTheCallbackReturnsFalse(
        model,
        CompiledTrainer.Compile<double>(model.Gpt, model.Data(600, batchSize: 40), threads: 1 + threads % 3),
        1 + steps % 10,
        more);

    [Law(20)]
    public Property Training_by_an_engine_stops_at_the_step_where_its_callback_returns_false(GptCase model, byte steps, byte more) =>
        CompilationLaws.StopsWhenTheCallbackReturnsFalse(model, ByEngine(model), 1 + steps % 2, more);

    [Law(20)]
    public Property The_number_of_threads_changes_nothing(GptCase model, byte threads, byte batchSize)
    {
        var data = model.Data(600, batchSize: 1 + batchSize % 70);
        return CompilationLaws.TrainTheSame(
            model,
            CompiledTrainer.Compile<double>(model.Gpt, data, threads: 2 + threads % 4),
            CompiledTrainer.Compile<double>(model.Gpt, data, threads: 1),
            steps: 4);
    }

    // Bounds of 1e-12 and 2e-5 of the largest number: the sum over shards adds in another order than the sum over a whole batch.
    [Law(60)]
    public Property A_compiled_step_is_Adam_s_on_the_engine_s_gradient(GptCase model, byte batchSize) =>
        IsAStep<double>(model, 1 + batchSize % 40, Tolerance.OfDouble, 1e-12);

    [Law(60)]
    public Property A_compiled_step_is_Adam_s_in_single_precision(GptCase model, byte batchSize) =>
        IsAStep<float>(model, 1 + batchSize % 40, Tolerance.OfSingle, 2e-5);

    [Law(500)]
    public Property The_Adam_kernel_follows_the_definition_of_Adam(GradientHistory history) =>
        TrainingLaws.IsAdam(history.Gradients, ByKernel);

    [Law(60)]
    public Property The_compiled_decoder_finds_the_logits(GptCase model) =>
        LogitLaws.AreTheSame(model, LogitLaws.Cached(Decoder<double>), LogitLaws.AtOnce, 1e-12)
            .And(LogitLaws.AreRightToTheirPrecision(model, LogitLaws.Cached(Decoder<double>), Tolerance.OfDouble));

    [Law(60)]
    public Property The_compiled_decoder_finds_the_logits_in_single_precision(GptCase model) =>
        LogitLaws.AreRightToTheirPrecision(model, LogitLaws.Cached(Decoder<float>), Tolerance.OfSingle);

    [Law(20)]
    public Property The_compiled_decoder_depends_on_nothing_but_the_cache(GptCase model) =>
        CompilationLaws.AreOfTheCacheAlone(model, Decoder<double>);

    private static Decoder Decoder<T>(Gpt gpt, Parameters parameters) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CompiledDecoder.Compile<T>(gpt, parameters);

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

    private static Trainer ByEngine(GptCase model) => Trainers.Create(Engines.Expression(model.Gpt), model.Data(600, batchSize: 2));

    private static Property IsAStep<T>(GptCase model, int batchSize, double precision, double relative)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var data = model.Data(100, batchSize);
        return CompilationLaws.StepsAs(
            model,
            CompiledTrainer.Compile<T>(model.Gpt, data, threads: 2),
            CompiledEngine.Compile<T>(model.Gpt, batchSize),
            data,
            precision,
            relative);
    }

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
            new(gradient.Configuration, Stored(values[0])),
            [new("m", gradient.Configuration, Stored(values[1])), new("v", gradient.Configuration, Stored(values[2]))],
            state.Step + 1);

        static Real Real(double x) => new(x);
        static ImmutableArray<double> Stored(Matrix<Real> matrix) => [.. matrix.Entries.Select(x => x.Plain)];
    }
}
