using System.Collections.Immutable;
using FsCheck;
using MicroGpt.Autograd;
using MicroGpt.Compilation;

namespace MicroGpt.Properties;

/// <summary>A planner of buffers for outputs: under test.</summary>
internal delegate BufferPlan Planner(ImmutableArray<Output> outputs, PlanRules rules, Observer observer = default);

/// <summary>Laws of buffer plans. A plan is executed on symbols: the content of a buffer is the node that was written last.</summary>
internal static class PlanLaws
{
    // A buffer has one element more than its matrix, so that shapes of equal area share buffers.
    private static readonly PlanRules Rules = new(
        shape => (long)(shape.Rows.IfFixed ?? 5) * shape.Columns + 1,
        (operation, k) => operation is Elementwise or SumAndProduct,
        operation => operation is Times or TransposeTimes,
        (operation, k) => operation is Elementwise or SumAndProduct or RmsNorm or AdamUpdate { Result: < AdamUpdate.SquaredNorm },
        shape => 3L * shape.Columns + 1);

    /// <summary>
    /// A formula, its gradient and its variables as outputs. An output may overwrite a variable of its shape, so that values wait for each
    /// other, or change places.
    /// </summary>
    public static ImmutableArray<Output> Outputs(MatrixFormula m, int draw)
    {
        var gradient = m.Scalar.Backward();
        return Outputs(Fusion.Fuse([m.Body, m.Scalar, .. m.Variables.Select(variable => gradient[variable]), .. m.Variables]), draw);
    }

    /// <summary>Expressions as outputs. One in three overwrites no variable.</summary>
    public static ImmutableArray<Output> Outputs(ImmutableArray<Expr> expressions, int draw)
    {
        var free = PostOrder<Expr>.Of(expressions.AsSpan()).Nodes.OfType<Variable>().ToList();
        return [.. expressions.Select((x, k) =>
        {
            var drawn = (draw >> k % 16) + k;
            var fitting = free.Where(variable => variable.Shape == x.Shape).ToArray();
            var variable = fitting.Length > 0 && drawn % 3 > 0 ? fitting[drawn % fitting.Length] : null;
            if (variable is not null) free.Remove(variable);
            return new Output(x, variable);
        })];
    }

    /// <summary>
    /// A plan computes every node once, and copies besides. The results of a family have one kernel. A product that a row-wise kernel alone
    /// reads is sliced, unless another output or a variable that it reads forbids it.
    /// </summary>
    public static Property ComputesEachNodeOnce(ImmutableArray<Output> outputs, Planner planner)
    {
        var kernels = planner(outputs, Rules).Kernels;
        var nodes = Uncopied(kernels.SelectMany(kernel => kernel.Sliced is { } sliced ? kernel.Results.Add(sliced) : kernel.Results)
            .Select(planned => planned.Node));
        var needed = Uncopied(PostOrder<Expr>.Of([.. outputs.Select(output => output.Expression)]).Nodes.OfType<Application>());
        return Verdict.NoneOf(
        [
            .. nodes.Length == needed.Length && nodes.ToHashSet().SetEquals(needed)
            ? [] : (string[])["the nodes of the plan are not those of the outputs"],
            .. from family in nodes.Where(node => node.Operation is FusedFamily).GroupBy(
                   node => new Application(((FusedFamily)node.Operation) with { Result = 0 }, node.Arguments), SameApplication.Comparer)
               let count = kernels.Count(kernel => kernel.Results.Any(planned => family.Contains(planned.Node)))
               where count != family.CountBy(node => node.Operation).Max(results => results.Value)
               select $"a family has {count} kernels",
        ]);

        static Application[] Uncopied(IEnumerable<Application> nodes) => [.. nodes.Where(node => node.Operation is not Copy)];
    }

    /// <summary>
    /// When a kernel runs, the place of each argument holds that argument. A result has a buffer of its size, and its kernel overwrites no
    /// argument but in place. A slice is in no place that its kernel reads or writes otherwise. After the last kernel, the place of each
    /// output holds the output.
    /// </summary>
    public static Property OverwritesNothingThatIsRead(ImmutableArray<Output> outputs, Planner planner)
    {
        var plan = planner(outputs, Rules);
        var placeOf = new Dictionary<Expr, object>(); // a place is a variable, a constant, or the number of a buffer
        var content = new Dictionary<object, Expr>();
        object Place(Expr x) => x is Application ? placeOf.GetValueOrDefault(x, "nowhere") : x;
        bool IsThere(Expr x) => content.TryGetValue(Place(x), out var held) ? Original(held) == Original(x) : x is not Application;
        void Write(PlannedNode planned)
        {
            placeOf[planned.Node] = (object?)planned.Overwrites ?? planned.Buffer!;
            content[placeOf[planned.Node]] = planned.Node;
        }

        var complaints = new List<string>();
        foreach (var (kernel, i) in plan.Kernels.Select((kernel, i) => (kernel, i)))
        {
            if (kernel.Sliced is { } sliced) Write(sliced);
            Expr[] product = [.. kernel.Sliced?.Node.Arguments ?? []];
            var arguments = kernel.Results[0].Node.Arguments;
            complaints.AddRange(arguments.Concat(product).Where(x => !IsThere(x))
                .Select(_ => $"kernel {i} reads a place that does not hold the argument"));
            foreach (var result in kernel.Results)
            {
                var place = (object?)result.Overwrites ?? result.Buffer!;
                if (product.Any(x => Place(x).Equals(place)) || kernel.Sliced is { } slice && Place(slice.Node).Equals(place)
                    || arguments.Where((x, k) => Place(x).Equals(place) && !Rules.IsInPlace(result.Node.Operation, k)).Any())
                    complaints.Add($"kernel {i} overwrites an argument that it still reads");
            }
            complaints.AddRange(
                from planned in kernel.Results.Concat(kernel.Sliced is null ? [] : [kernel.Sliced])
                let size = planned == kernel.Sliced ? Rules.SliceSize(planned.Node.Shape) : Rules.Size(planned.Node.Shape)
                where planned.Buffer is int buffer && plan.Sizes[buffer] != size
                select $"the buffer of {planned.Node.Shape} has another size");
            foreach (var result in kernel.Results) Write(result);
        }
        complaints.AddRange(
            from output in outputs.Index()
            let place = Place(plan.Places[output.Index])
            where output.Item.Overwrites is { } variable && place != variable
                || Original(content.GetValueOrDefault(place, plan.Places[output.Index])) != Original(output.Item.Expression)
            select $"output {output.Index} is not in its place at the end");
        return Verdict.NoneOf(complaints);
    }

    // A copy has the value of the node that is copied.
    private static Expr Original(Expr x) => x is Application { Operation: Copy, Arguments: [var y] } ? Original(y) : x;
}
