using System.Collections.Immutable;
using System.Numerics;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>
/// The buffers of a compiled trainer: parameters, slots, the gradient of the batch, and a worker for each thread. A run loads a training
/// state, makes the steps in place, and returns a copy of the last state.
/// </summary>
[Workspace]
internal sealed class TrainingWorkspace<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TrainingData data;
    private readonly OptimizerStep optimizer;
    private readonly ParameterBuffers<T> parameters;
    private readonly ImmutableArray<ParameterBuffers<T>> slots;
    private readonly ImmutableArray<(StepInput Input, MatrixBuffer<T> Buffer)> inputs; // such as the learning rate of the step
    private readonly ImmutableArray<ShardWorker<T>> workers;                           // one for each thread, or one for the team
    private readonly ImmutableArray<Range> shards; // each shard is a range of the batch's documents
    private readonly double[] losses;              // the loss of each shard in the current step
    private readonly int threads;                  // the number of threads that train

    // If there are several shards: the gradient of the batch, and a program for each parameter that updates it by this gradient. If the
    // gradient is clipped, a single program updates all parameters.
    private readonly ParameterBuffers<T>? gradient;
    private readonly ImmutableArray<Program<T>> updates;
    private readonly ImmutableArray<MatrixBuffer<T>> squaredNorms; // the squared norm of each parameter's gradient

    // Thread 0 changes these fields between two barriers, where no other thread reads them.
    private int step, end;
    private bool isRunning, isCancelled;
    private Either<Problem, StepResult> outcome = default(StepResult); // the result of the last step

    /// <summary>
    /// A workspace for a team. If there are several shards, each thread computes whole shards, and there are at most as many threads as
    /// shards. If there is one shard, the threads share its large kernels. If there are none, one thread trains.
    /// </summary>
    public TrainingWorkspace(
        LanguageModel model, TrainingData data, Optimizer optimizer, ImmutableArray<Expr> lossAndGradient, Team team, Observer observer)
    {
        this.data = data;
        parameters = new(model.Table);
        slots = [.. optimizer.Slots.Select(_ => new ParameterBuffers<T>(model.Table))];
        inputs = [.. optimizer.Inputs.Select(input => (input, MatrixBuffer<T>.Allocate(1, 1)))];
        shards = Shards.Of(data.Schedule.BatchSize);
        losses = new double[shards.Length];
        // If the batch is a single shard, the gradient of the shard is the gradient of the batch. One program then computes the whole step.
        var isOneProgram = shards.Length == 1;
        gradient = isOneProgram ? null : new(model.Table);
        ImmutableArray<Expr> gradients = isOneProgram
            ? lossAndGradient[1..]
            : [.. model.Variables.Select(parameter => new Variable($"∂loss/∂{parameter.Name}", parameter.Shape))];
        this.optimizer = new(optimizer, model.Variables, gradients);
        var buffers = Buffers();
        ImmutableArray<Output> outputs = isOneProgram
            ? Fused([(lossAndGradient[0], null), .. this.optimizer.Results], observer)
            : [.. lossAndGradient.Select(x => new Output(x))];
        var size = Math.Min(Shards.Size, data.Schedule.BatchSize);
        var positions = size * Math.Min(data.Longest - 1, model.BlockSize);
        workers = [.. Enumerable.Range(0, Math.Min(team.Threads, shards.Length)).Select(_ => new ShardWorker<T>(
            model, outputs, new(size, positions), variable => buffers[variable], observer, isOneProgram ? team : default))];
        threads = workers[0].IsShared ? team.Threads : workers.Length;
        ImmutableArray<ImmutableArray<(Expr, Variable?)>> results = isOneProgram ? []
            : UpdatesTogether ? [this.optimizer.Results]
            : [.. this.optimizer.Updates.Select(update => update.Results)];
        updates = [.. results.Select(each => Program<T>.Compile(
            Fused(each, observer), new(documents: 1, positions: 1), variable => buffers[variable], new(observer.Cancellation)))];
        squaredNorms = isOneProgram
            ? workers[0].Results.Slice(1, model.Variables.Length)
            : [.. updates.SelectMany(update => update.Results.Take(model.Variables.Length / updates.Length))];
    }

    // True if all threads run the program of a single shard.
    private bool IsTeam => threads > workers.Length;

    // True if one program updates all parameters. Each update then depends on all gradients.
    private bool UpdatesTogether => optimizer.Optimizer.Clip > 0;

    /// <summary>
    /// Makes <paramref name="steps"/> steps from a state, or fewer if <paramref name="onStep"/> returns false or training is cancelled.
    /// <paramref name="onStep"/> runs on the calling thread after each step. Returns the state after the last whole step, or the problem
    /// that ended training.
    /// </summary>
    public Either<Problem, TrainingState> Run(
        TrainingState from, int steps, Func<StepResult, bool> onStep, CancellationToken cancellation)
    {
        Load(from);
        (step, end, outcome) = (from.Step, from.Step + steps, default(StepResult));
        (isRunning, isCancelled) = (steps > 0 && !cancellation.IsCancellationRequested, false);
        SpinBarrier.Run(threads, (thread, barrier) => Train(thread, barrier, onStep, cancellation));
        return outcome.Bind(_ => Stored().Finite(data.Schedule));
    }

    /// <summary>Loads the parameters and the slots of a state.</summary>
    public void Load(TrainingState from)
    {
        parameters.Load(from.Parameters);
        for (var k = 0; k < slots.Length; k++) slots[k].Load(from[optimizer.Optimizer.Slots[k].Name]);
    }

    /// <summary>
    /// The kernels of a step, for a workspace of one thread. The first kernel sets the step, and the kernels of each shard follow. If there
    /// are several shards, each shard also has kernels that add its gradient to the gradient of the batch.
    /// </summary>
    public ImmutableArray<Kernel> Kernels(int number) =>
    [
        new("begin", () => "step", () => 0, () =>
        {
            step = number;
            BeginStep();
        }),
        .. from shard in Enumerable.Range(0, shards.Length)
           from kernel in (IEnumerable<Kernel>)
           [
               .. workers[0].Kernels(data, number, shards[shard]),
               .. shards.Length == 1 ? [] : parameters.Table.Definitions.Select((matrix, k) =>
                   new Kernel("reduce", () => $"[{matrix.Rows}, {matrix.Columns}]", () => 0, () => ReduceGradient(k, shard))),
           ]
           select kernel,
        .. UpdatesTogether ? updates.SelectMany(update => update.Kernels) : [],
    ];

    private TrainingState Stored() => new(
        new(parameters.Table, parameters.Store()),
        [.. slots.Select((slot, k) => new Slot(optimizer.Optimizer.Slots[k].Name, slot.Table, slot.Store()))],
        step);

    // The outputs of a program: results of the step, each of which overwrites the variable that has its value in the next step.
    private static ImmutableArray<Output> Fused(ImmutableArray<(Expr Expression, Variable? Variable)> results, Observer observer) =>
        [.. Fusion.FuseFamilies([.. results.Select(result => result.Expression)], new(observer.Cancellation))
            .Zip(results, (x, result) => new Output(x, result.Variable))];

    // The buffer of each variable of the step.
    private Dictionary<Variable, MatrixBuffer<T>> Buffers()
    {
        var buffers = new Dictionary<Variable, MatrixBuffer<T>>();
        for (var k = 0; k < inputs.Length; k++) buffers.Add(optimizer.Inputs[k], inputs[k].Buffer);
        for (var k = 0; k < optimizer.Updates.Length; k++)
        {
            var update = optimizer.Updates[k];
            buffers.Add(update.Parameter, parameters.Buffers[k]);
            for (var slot = 0; slot < slots.Length; slot++) buffers.Add(update.Slots[slot], slots[slot].Buffers[k]);
            if (gradient is not null) buffers.Add((Variable)update.Gradient, gradient.Buffers[k]);
        }
        return buffers;
    }

    // The part of the training that one thread runs. A step consists of rounds. In each round, every thread takes at most one shard and
    // computes the gradient of that shard. If there is only one shard, all threads run its program together. After a barrier, the thread
    // adds the gradients of all shards of the round, for some of the parameters. Thread 0 begins and ends each step. In each round, thread
    // 0 observes the token before the barrier, and all threads obey after it. No parameter has changed then: several shards update the
    // parameters in the last round, after this barrier. A single shard updates them as it runs, so its step is not cancelled.
    private void Train(int thread, SpinBarrier barrier, Func<StepResult, bool> onStep, CancellationToken cancellation)
    {
        while (isRunning)
        {
            if (thread == 0) BeginStep();
            for (var round = 0; round < shards.Length; round += workers.Length)
            {
                if (IsTeam)
                    workers[0].Run(data, step, shards[0], thread, barrier.SignalAndWait);
                else if (round + thread is var shard && shard < shards.Length)
                    losses[shard] = workers[thread].Run(data, step, shards[shard]);
                if (thread == 0) isCancelled = shards.Length > 1 && cancellation.IsCancellationRequested;
                barrier.SignalAndWait();
                if (isCancelled) return;
                for (var k = thread; k < squaredNorms.Length; k += workers.Length) ReduceGradient(k, round);
                barrier.SignalAndWait();
            }
            if (thread == 0 && UpdatesTogether)
                foreach (var update in updates) update.Run();
            if (thread == 0) EndStep(onStep, cancellation);
            barrier.SignalAndWait();
        }
    }

    private void BeginStep()
    {
        var rate = data.Schedule.RateAt(step);
        foreach (var (input, buffer) in inputs) buffer.LoadScalar(input.ValueAt(step, rate));
    }

    // Adds the gradients of this round's shards, each times the weight of its shard, to the gradient of parameter k. The shards are added
    // in their order, so the sum has the same bits for any number of threads. The last round also updates the parameter.
    private void ReduceGradient(int k, int round)
    {
        if (gradient is null) return; // the worker's program has updated the parameter
        var (sum, size) = (gradient.Buffers[k], parameters.Table.Definitions[k].Rows * gradient.Buffers[k].Stride);
        for (var shard = round; shard < Math.Min(round + workers.Length, shards.Length); shard++)
        {
            var (part, weight) = (workers[shard - round].Results[1 + k], T.CreateTruncating(Weight(shard)));
            if (shard == 0) VectorKernels.Scale(ref part.Start, size, weight, ref sum.Start);
            else VectorKernels.Accumulate(ref part.Start, size, weight, ref sum.Start);
        }
        if (round + workers.Length >= shards.Length && !UpdatesTogether) updates[k].Run();
    }

    private void EndStep(Func<StepResult, bool> onStep, CancellationToken cancellation)
    {
        var result = Result();
        outcome = result.Finite(++step, data.Schedule, parameters.Table);
        isRunning = outcome.IsRight && onStep(result) && step < end && !cancellation.IsCancellationRequested;
    }

    private StepResult Result()
    {
        var (loss, norms) = (0.0, ImmutableArray.CreateBuilder<double>(squaredNorms.Length));
        if (IsTeam) losses[0] = workers[0].Loss;
        for (var shard = 0; shard < shards.Length; shard++) loss += Weight(shard) * losses[shard];
        foreach (var squares in squaredNorms) norms.Add(Math.Sqrt(double.CreateTruncating(squares.At(0))));
        return new(loss, norms.MoveToImmutable());
    }

    // The weight of a shard in the mean over the batch: the number of documents in the shard, divided by the number in the batch.
    private double Weight(int shard) => (double)shards[shard].GetOffsetAndLength(data.Schedule.BatchSize).Length / data.Schedule.BatchSize;
}
