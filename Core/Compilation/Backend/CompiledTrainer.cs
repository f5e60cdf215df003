using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.ExceptionServices;
using LanguageExt;
using MicroGpt.Autograd;
using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Compilation;

/// <summary>Training in place: a state is taken into blocks of memory, steps are made there, and a state leaves.</summary>
public static class CompiledTrainer
{
    /// <summary>How many documents make a shard. A batch is divided and summed shard by shard, however many threads there are.</summary>
    internal const int Shard = 16;

    /// <summary>The trainer that follows a course in the precision of T, on so many threads. It is compiled once.</summary>
    public static Trainer Compile<T>(Gpt gpt, TrainingData course, int threads) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = CompiledEngine.LossAndGradient(gpt);
        var idle = new WorkspacePool<TrainingWorkspace<T>>(() => new(gpt, course, lossAndGradient, threads));
        return (from, steps, goOn) => idle.Use(workspace => workspace.Run(from, Math.Min(steps, course.Schedule.Steps - from.Step), goOn));
    }
}

/// <summary>The memory that training in place works in: parameters and moments, the gradient, and a program for each thread.</summary>
[Workspace]
internal sealed class TrainingWorkspace<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Configuration configuration;
    private readonly TrainingData course;
    private readonly ParameterBuffers<T> parameters, firstMoment, secondMoment, gradient;
    private readonly ImmutableArray<AdamEpilogue<T>> updates;
    private readonly ImmutableArray<ShardWorker<T>> workers;
    private readonly ImmutableArray<Range> shards;

    public TrainingWorkspace(Gpt gpt, TrainingData course, ImmutableArray<Expr> lossAndGradient, int threads)
    {
        (configuration, this.course) = (gpt.Configuration, course);
        (parameters, firstMoment, secondMoment) = (new(configuration), new(configuration), new(configuration));
        var (batchSize, shard) = (course.Schedule.BatchSize, Math.Min(CompiledTrainer.Shard, course.Schedule.BatchSize));
        shards = [.. Enumerable.Range(0, (batchSize + shard - 1) / shard).Select(s => (s * shard)..Math.Min((s + 1) * shard, batchSize))];
        updates = [.. gpt.Variables.Select((parameter, k) =>
            new AdamEpilogue<T>(parameter, parameters.Shapes[k], parameters.Buffers[k], firstMoment.Buffers[k], secondMoment.Buffers[k]))];
        var positions = shard * course.Documents.Max(document => Batch.PositionsOf(document, configuration.BlockSize));
        // The gradient of a single shard is all there is, and used up where it is made.
        var ofShard = shards.Length == 1 ? updates : [];
        workers = [.. Enumerable.Range(0, Math.Min(threads, shards.Length)).Select(_ => new ShardWorker<T>(gpt, lossAndGradient, parameters, new(shard, positions), ofShard))];
        gradient = shards.Length == 1 ? workers[0].Gradient : new(configuration);
    }

    public Either<Problem, TrainingState> Run(TrainingState from, int steps, Func<StepResult, bool> goOn)
    {
        parameters.Load(from.Parameters);
        firstMoment.Load(from.FirstMoment);
        secondMoment.Load(from.SecondMoment);
        return Steps(from.Step, steps, goOn).Map(end =>
            new TrainingState(parameters.Store(configuration), firstMoment.Store(configuration), secondMoment.Store(configuration), end));
    }

    // How many steps are made then. Round after round, each thread computes a shard, and then takes what all shards of the round found
    // of its own parameters. The caller's thread ends the step for all.
    private Either<Problem, int> Steps(int first, int count, Func<StepResult, bool> goOn)
    {
        var (arrivals, made, going, failure, losses) = (0L, 0, count > 0, (Problem?)null, new double[shards.Length]);
        var thrown = (ExceptionDispatchInfo?)null;
        var threads = Enumerable.Range(1, workers.Length - 1).Select(worker => new Thread(() => Guarded(worker))).ToList();
        threads.ForEach(thread => thread.Start());
        Guarded(0);
        threads.ForEach(thread => thread.Join());
        thrown?.Throw();
        return failure is null ? first + made : failure;

        // Whatever happens to one thread, nobody waits for it for ever, and the caller is told of it when all have ended.
        void Guarded(int worker)
        {
            try
            {
                Work(worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref thrown, ExceptionDispatchInfo.Capture(e), null);
                Interlocked.Exchange(ref arrivals, long.MaxValue / 2);
            }
        }

        void Work(int worker)
        {
            for (var meetings = 0L; going && thrown is null;)
            {
                var step = first + made;
                if (worker == 0)
                {
                    var adam = new AdamKernel<T>(step, course.Schedule.RateAt(step));
                    foreach (var update in updates) update.Adam = adam;
                }
                for (var round = 0; round < shards.Length; round += workers.Length)
                {
                    var shard = round + worker;
                    if (shard < shards.Length) losses[shard] = workers[worker].Run(course, step, configuration.BlockSize, shards[shard]);
                    Meet(ref meetings);
                    for (var k = worker; k < updates.Length; k += workers.Length) Take(k, round);
                    Meet(ref meetings);
                }
                if (worker == 0) EndStep(ref meetings);
                else Meet(ref meetings);
            }
        }

        void EndStep(ref long meetings)
        {
            var finding = Found(losses);
            failure = finding.Failure(first + made, course, configuration);
            going = thrown is null && failure is null && goOn(finding) && made + 1 < count;
            made++;
            Meet(ref meetings);
        }

        // Waits for all threads. They come within microseconds: whoever sleeps misses them.
        void Meet(ref long meetings)
        {
            Interlocked.Increment(ref arrivals);
            meetings++;
            for (var waiting = new SpinWait(); Volatile.Read(ref arrivals) < meetings * workers.Length;) waiting.SpinOnce(sleep1Threshold: -1);
        }
    }

    // Adds what the shards of a round found of a parameter's gradient, in order; when the last has come, the parameter is changed by it.
    private void Take(int k, int round)
    {
        if (shards.Length == 1) return; // it is changed already
        var (sum, size) = (gradient.Buffers[k], parameters.Shapes[k].Rows * gradient.Buffers[k].Stride);
        for (var shard = round; shard < Math.Min(round + workers.Length, shards.Length); shard++)
        {
            var (found, share) = (workers[shard - round].Gradient.Buffers[k], T.CreateTruncating(Share(shard)));
            if (shard == 0) VectorKernels.Scale(ref found.Start, size, share, ref sum.Start);
            else VectorKernels.Accumulate(ref found.Start, size, share, ref sum.Start);
        }
        if (round + workers.Length >= shards.Length) updates[k].Apply(sum);
    }

    // A shard's share of the mean over the batch.
    private double Share(int shard) => (double)shards[shard].GetOffsetAndLength(course.Schedule.BatchSize).Length / course.Schedule.BatchSize;

    // The loss of the batch, and the norms of the gradient that the parameters were changed by.
    private StepResult Found(double[] losses)
    {
        var (loss, norms) = (0.0, ImmutableArray.CreateBuilder<double>(updates.Length));
        for (var shard = 0; shard < shards.Length; shard++) loss += Share(shard) * losses[shard];
        foreach (var update in updates) norms.Add(update.Norm);
        return new(loss, norms.MoveToImmutable());
    }
}

/// <summary>What one thread needs to compute the loss and the gradient of shards, one after another.</summary>
[Workspace]
internal sealed class ShardWorker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchLayout layout;
    private readonly Program<T> program;
    private readonly int[] tokens, positions, targets;

    public ShardWorker(Gpt gpt, ImmutableArray<Expr> lossAndGradient, ParameterBuffers<T> parameters, BatchLayout layout, ImmutableArray<AdamEpilogue<T>> updates)
    {
        Gradient = new(gpt.Configuration);
        this.layout = layout;
        program = CompiledEngine.Program(gpt, lossAndGradient, layout, parameters, Gradient, updates);
        (tokens, positions, targets) = (layout[Gpt.Tokens], layout[Gpt.Positions], layout[Gpt.Targets]);
    }

    public ParameterBuffers<T> Gradient { get; }

    /// <summary>The loss of some documents of a step; their gradient is in <see cref="Gradient"/>, or used up.</summary>
    public double Run(TrainingData course, int step, int blockSize, Range documents)
    {
        layout.Clear();
        for (var k = documents.Start.Value; k < documents.End.Value; k++)
        {
            var document = course.DocumentAt(step, k);
            var length = Batch.PositionsOf(document, blockSize);
            var start = layout.Append(length);
            Batch.Write(document, tokens.AsSpan(start, length), positions.AsSpan(start, length), targets.AsSpan(start, length));
        }
        program.Run();
        return double.CreateTruncating(program.Results[0].At(0));
    }
}
