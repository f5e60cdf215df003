using FsCheck;
using MicroGpt.Compilation;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Compiled training, in both precisions: threads share each step of several shards.</summary>
public class CompiledTrainingProperties
{
    // Three shards: several threads share each step.
    [Law(20)]
    public Property Compiled_training_stops_at_the_step_where_its_callback_returns_false(
        ModelCase model, byte steps, byte more, byte threads) => EachCompiled(backend =>
        CompilationLaws.StopsWhenTheCallbackReturnsFalse(
            model, BackendProperties.Trainer(backend, model, batchSize: 40, 1 + threads % 3), 1 + steps % 10, more));

    [Law(20)]
    public Property The_number_of_threads_changes_nothing(ModelCase model, byte threads, byte batchSize) => EachCompiled(backend =>
        CompilationLaws.TrainTheSame(
            model,
            BackendProperties.Trainer(backend, model, 1 + batchSize % 70, 2 + threads % 4),
            BackendProperties.Trainer(backend, model, 1 + batchSize % 70, threads: 1),
            steps: 4));

    [Law(60)]
    public Property A_compiled_step_is_Adam_s_on_the_engine_s_gradient(ModelCase model, byte batchSize) => EachCompiled(backend =>
        BackendProperties.StepsAsItsEngine(model, backend, 1 + batchSize % 40));

    private static Property EachCompiled(Func<Backend, Property> law) =>
        BackendProperties.Each(Backends.All.Where(backend => backend.Engine == EngineKind.Compiled), law);
}
