using System.Collections.Immutable;
using System.Numerics;
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
    public static Trainer Of<T>(Gpt gpt, Course course, int threads) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lossAndGradient = CompiledEngine.LossAndGradient(gpt);
        var idle = new Idle<TrainingWorkspace<T>>(() => new(gpt, course, lossAndGradient, threads));
        return (from, steps, goOn) => idle.Use(workspace => workspace.Run(from, Math.Min(steps, course.Schedule.Steps - from.Step), goOn));
    }
}

/// <summary>The memory that training in place works in: parameters and moments, the gradient, and a program for each thread.</summary>
internal sealed class TrainingWorkspace<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Configuration configuration;
    private readonly Course course;
    private readonly Arena<T> parameters, firstMoment, secondMoment, gradient;
    private readonly AdamKernel<T>[] adam = new AdamKernel<T>[1];   // of the step at hand
    private readonly ImmutableArray<Update<T>> updates;
    private readonly ImmutableArray<ShardWorker<T>> workers;
    private readonly ImmutableArray<Range> shards;

    public TrainingWorkspace(Gpt gpt, Course course, ImmutableArray<Expr> lossAndGradient, int threads)
    {
        (configuration, this.course) = (gpt.Configuration, course);
        (parameters, firstMoment, secondMoment) = (new(configuration), new(configuration), new(configuration));
        var (batchSize, shard) = (course.Schedule.BatchSize, Math.Min(CompiledTrainer.Shard, course.Schedule.BatchSize));
        shards = [.. Enumerable.Range(0, (batchSize + shard - 1) / shard).Select(s => (s * shard)..Math.Min((s + 1) * shard, batchSize))];
        updates = [.. gpt.Variables.Select((parameter, k) =>
            new Update<T>(parameter, parameters.Shapes[k], parameters.Blocks[k], firstMoment.Blocks[k], secondMoment.Blocks[k], () => adam[0]))];
        // The gradient of a single shard is all there is, and used up where it is made.
        var ofShard = shards.Length == 1 ? updates : [];
        workers = [.. Enumerable.Range(0, Math.Min(threads, shards.Length)).Select(_ => new ShardWorker<T>(gpt, lossAndGradient, parameters, shard, ofShard))];
        gradient = shards.Length == 1 ? workers[0].Gradient : new(configuration);
    }

    public Either<Problem, TrainingState> Run(TrainingState from, int steps, Func<Finding, bool> goOn)
    {
        parameters.Load(from.Parameters);
        firstMoment.Load(from.FirstMoment);
        secondMoment.Load(from.SecondMoment);
        return Steps(from.Step, steps, goOn).Map(end =>
            new TrainingState(parameters.Store(configuration), firstMoment.Store(configuration), secondMoment.Store(configuration), end));
    }

    // How many steps are made then. Each thread computes every so-manieth shard; the caller's ends the step for all.
    private Either<Problem, int> Steps(int first, int count, Func<Finding, bool> goOn)
    {
        var (loss, turn, made, going, failure) = (0.0, 0, 0, count > 0, (Problem?)null);
        var threads = Enumerable.Range(1, workers.Length - 1).Select(worker => new Thread(() => Work(worker))).ToList();
        threads.ForEach(thread => thread.Start());
        Work(0);
        threads.ForEach(thread => thread.Join());
        return failure is null ? first + made : failure;

        void Work(int worker)
        {
            for (var step = 0; going; step++)
            {
                for (var shard = worker; shard < shards.Length; shard += workers.Length)
                {
                    if (shard == 0) adam[0] = new(first + step, course.Schedule.RateAt(first + step));
                    var found = workers[worker].Run(course, first + step, configuration.BlockSize, shards[shard]);
                    Await(ref turn, shard);
                    loss += Add(found, shard, workers[worker].Gradient);
                    Volatile.Write(ref turn, shard + 1);
                }
                if (worker == 0) EndStep(step);
                else Await(ref made, step + 1);
            }
        }

        void EndStep(int step)
        {
            Await(ref turn, shards.Length);
            var finding = new Finding(loss, Update());
            (failure, going) = (finding.Failure(first + step, course, configuration), false);
            try
            {
                going = failure is null && goOn(finding) && step + 1 < count;
            }
            finally
            {
                (loss, turn) = (0, 0);
                Volatile.Write(ref made, step + 1); // however that ended: nobody is to wait for ever
            }
        }
    }

    // A turn comes within microseconds: whoever sleeps misses it.
    private static void Await(ref int number, int value)
    {
        for (var waiting = new SpinWait(); Volatile.Read(ref number) < value;) waiting.SpinOnce(sleep1Threshold: -1);
    }

    // A shard's share of the mean over the batch, the shards in order.
    private double Add(double loss, int shard, Arena<T> ofShard)
    {
        if (shards.Length == 1) return loss;
        var (_, documents) = shards[shard].GetOffsetAndLength(course.Schedule.BatchSize);
        var share = (double)documents / course.Schedule.BatchSize;
        if (shard == 0) gradient.Clear();
        Rows.Accumulate(ref ofShard.Blocks[0].Start, gradient.Size, T.CreateTruncating(share), ref gradient.Blocks[0].Start);
        return share * loss;
    }

    // The norms of the gradient, and the parameters changed by it unless they are already.
    private ImmutableArray<double> Update()
    {
        var norms = ImmutableArray.CreateBuilder<double>(updates.Length);
        for (var k = 0; k < updates.Length; k++)
        {
            if (shards.Length > 1) updates[k].By(gradient.Blocks[k]);
            norms.Add(updates[k].Norm);
        }
        return norms.MoveToImmutable();
    }
}

/// <summary>What one thread needs to compute the loss and the gradient of shards, one after another.</summary>
internal sealed class ShardWorker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layout layout;
    private readonly Program<T> program;
    private readonly int[] tokens, positions, targets;

    public ShardWorker(Gpt gpt, ImmutableArray<Expr> lossAndGradient, Arena<T> parameters, int documents, ImmutableArray<Update<T>> updates)
    {
        Gradient = new(gpt.Configuration);
        layout = new(documents, documents * gpt.Configuration.BlockSize);
        program = CompiledEngine.Program(gpt, lossAndGradient, layout, parameters, Gradient, updates);
        (tokens, positions, targets) = (layout[Gpt.Tokens], layout[Gpt.Positions], layout[Gpt.Targets]);
    }

    public Arena<T> Gradient { get; }

    /// <summary>The loss of some documents of a step; their gradient is in <see cref="Gradient"/>, or used up.</summary>
    public double Run(Course course, int step, int blockSize, Range documents)
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
