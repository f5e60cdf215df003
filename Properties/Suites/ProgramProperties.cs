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
    public Property A_plan_computes_arguments_first(MatrixFormula m, ushort draw) =>
        PlanLaws.ComputesArgumentsFirst(PlanLaws.Results(m, draw), BufferPlan.Of);

    [Law(300)]
    public Property A_plan_overwrites_no_buffer_that_is_read(MatrixFormula m, ushort draw) =>
        PlanLaws.OverwritesNothingThatIsRead(PlanLaws.Results(m, draw), BufferPlan.Of);

    [Law(300)]
    public Property A_plan_updates_a_parameter_after_its_last_reader(MatrixFormula m, ushort draw) =>
        PlanLaws.ConsumesAfterTheLastReader(PlanLaws.Results(m, draw), BufferPlan.Of);

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

    private static TrainingState ByKernel(TrainingState state, Parameters gradient, double learningRate)
    {
        var configuration = gradient.Configuration;
        ParameterBuffers<double> Loaded(Parameters parameters)
        {
            var buffers = new ParameterBuffers<double>(configuration);
            buffers.Load(parameters);
            return buffers;
        }

        var (p, m, v, g) = (Loaded(state.Parameters), Loaded(state.FirstMoment), Loaded(state.SecondMoment), Loaded(gradient));
        var adam = new AdamKernel<double>(state.Step, learningRate);
        for (var k = 0; k < p.Shapes.Length; k++)
            adam.Update(p.Shapes[k].Rows, p.Shapes[k].Columns, p.Buffers[k], m.Buffers[k], v.Buffers[k], g.Buffers[k]);
        return new(p.Store(configuration), m.Store(configuration), v.Store(configuration), state.Step + 1);
    }
}
