using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Model;

namespace MicroGpt.Compilation;

/// <summary>Expressions made smaller, and what they stand for left as it is.</summary>
public static class Simplification
{
    // Where each fused operation's definition could begin: at which node, made from what. The last word has the definition itself.
    private static readonly ImmutableArray<Func<Application, (Fused Operation, ImmutableArray<Expr> Arguments)?>> Candidates =
    [
        node => node is { Operation: Pairwise<Mul>, Arguments: [Application { Operation: Pointwise<Step>, Arguments: [var x] }, var dy] } ? (new ReluPullback(), [x, dy]) : null,
        node => node is { Operation: Pairwise<Mul>, Arguments: [var x, Application { Operation: RepeatGroups }] } ? (new RmsNorm(), [x]) : null,
        node => node is { Operation: Pairwise<Mul>, Arguments: [Application { Operation: Pointwise<Exp>, Arguments: [Application { Arguments: [var x, _] }] },
            Application { Arguments: [Application { Operation: RepeatGroups repeat }] }] }
            ? (new Softmax(node.Shape.Columns / repeat.Size), [x]) : null,
        node => node is { Operation: Softmax, Arguments: [Application { Operation: Mask mask, Arguments: [Application { Arguments: [Application { Operation: Scores, Arguments: [var q, var k] }, _] }] }] }
            ? (new AttentionWeights(mask.Heads, k.Shape.Rows), [q, k]) : null,
        node => node is { Operation: Pairwise<Mul>, Arguments: [Application { Operation: Pointwise<Log>, Arguments: [Application { Operation: Pick pick, Arguments: [Application { Operation: Softmax, Arguments: [var logits] }] }] }, _] }
            ? (new CrossEntropy(pick.Indices), [logits]) : null,
        node => node is { Operation: Pairwise<Add>, Arguments: [Application { Operation: IntoContext, Arguments: [var x] }, Application { Operation: IntoContext, Arguments: [var y] }] }
            && x.Shape.Rows == Extent.Past && y.Shape.Rows == Extent.Positions ? (new Append(), [x, y]) : null,
    ];

    /// <summary>Equal parts shared, neutral elements dropped, constants combined, and formulas that an operation stands for replaced by it.</summary>
    public static ImmutableArray<Expr> Simplify(params ImmutableArray<Expr> expressions) => new Pass().Run(expressions);

    private sealed class Pass
    {
        private readonly Dictionary<(double Value, Shape Shape), Constant> constants = [];
        private readonly Dictionary<Application, Expr> applications = new(SameApplication.Comparer);

        public ImmutableArray<Expr> Run(ImmutableArray<Expr> expressions) =>
            Rewriting.Rewrite(expressions, variable => variable, Share, application => Share(application, Candidates));

        private Constant Share(Constant constant) =>
            constants.TryGetValue((constant.Value, constant.Shape), out var known) ? known : constants[(constant.Value, constant.Shape)] = constant;

        private Expr Share(Application node, ImmutableArray<Func<Application, (Fused, ImmutableArray<Expr>)?>> candidates)
        {
            if (Neutral(node) is { } simpler) return simpler is Constant constant ? Share(constant) : simpler;
            if (!applications.TryGetValue(node, out var shared)) applications.Add(node, shared = node);
            foreach (var candidate in candidates)
            {
                if (shared is not Application application || candidate(application) is not var (operation, arguments)) continue;
                if (operation.Infer([.. arguments.Select(x => x.Shape)]) != shared.Shape) continue;
                if (ReferenceEquals(Definition(operation, arguments, candidates.Remove(candidate)), shared))
                    shared = applications[node] = Share(new Application(operation, arguments), candidates.Remove(candidate));
            }
            return shared;
        }

        // The definition, simplified in the same way, so that it is the node in question itself or another.
        private Expr Definition(Fused operation, ImmutableArray<Expr> arguments, ImmutableArray<Func<Application, (Fused, ImmutableArray<Expr>)?>> candidates)
        {
            ImmutableArray<Variable> places = [.. arguments.Select(x => new Variable("", x.Shape))];
            return Rewriting.Rewrite([operation.Definition([.. places])], place => arguments[places.IndexOf(place)], Share, node => Share(node, candidates))[0];
        }

        // x + 0, 0 + x, x·1, 1·x and x¹, and what is made of constants.
        private static Expr? Neutral(Application node) => node switch
        {
            { Operation: Pairwise<Add>, Arguments: [var x, Constant { Value: 0 }] } => x,
            { Operation: Pairwise<Add>, Arguments: [Constant { Value: 0 }, var x] } => x,
            { Operation: Pairwise<Mul>, Arguments: [var x, Constant { Value: 1 }] } => x,
            { Operation: Pairwise<Mul>, Arguments: [Constant { Value: 1 }, var x] } => x,
            { Operation: Pointwise<Pow> { Op.Exponent: 1 }, Arguments: [var x] } => x,
            { Operation: Elementwise f, Arguments: [Constant x] } => new Constant(f.At(x.Value, 0), node.Shape),
            { Operation: Elementwise f, Arguments: [Constant x, Constant y] } => new Constant(f.At(x.Value, y.Value), node.Shape),
            _ => null,
        };
    }

    // Two applications are the same if their operations are equal and their arguments are the same nodes, however many those are.
    private sealed class SameApplication : IEqualityComparer<Application>
    {
        public static SameApplication Comparer { get; } = new();

        public bool Equals(Application? x, Application? y) => ReferenceEquals(x, y)
            || x is not null && y is not null && x.Operation == y.Operation && x.Arguments.SequenceEqual(y.Arguments);

        public int GetHashCode(Application application) =>
            application.Arguments.Aggregate(application.Operation.GetHashCode(), (hash, argument) => HashCode.Combine(hash, argument));
    }
}
