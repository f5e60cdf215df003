using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Model;

namespace MicroGpt.Properties;

/// <summary>Shapes that do not fit are refused where the expression is built, with the operation's name and the shapes.</summary>
public class RefusalProperties
{
    private static readonly Indices Tokens = new("tokens");
    private static readonly Heads Heads = new(Count: 2, BlockSize: 3);
    private static readonly Extent Positions = Extent.Positions;

    /// <summary>The message of the refusal, and the expression.</summary>
    public static TheoryData<string, Func<Expr>> Refusals => new()
    {
        { "add does not fit [2, 3] and [3, 2].", () => Of(2, 3) + Of(3, 2) },
        { "mul does not fit [positions, 3] and [4, 3].", () => Of(Positions, 3) * Of(4, 3) },
        { "x·wᵀ does not fit [2, 3] and [4, 2].", () => Of(2, 3).TimesTranspose(Of(4, 2)) },
        { "x·wᵀ does not fit [2, 3] and [positions, 3].", () => Of(2, 3).TimesTranspose(Of(Positions, 3)) },
        { "x·w does not fit [2, 3] and [2, 3].", () => Of(2, 3).Times(Of(2, 3)) },
        { "x·w does not fit [2, 3] and [documents, 3].", () => Of(2, 3).Times(Of(Extent.Documents, 3)) },
        { "xᵀ·y does not fit [2, 3] and [3, 2].", () => Of(2, 3).TransposeTimes(Of(3, 2)) },
        { "xᵀ·y does not fit [positions, 3] and [documents, 3].", () => Of(Positions, 3).TransposeTimes(Of(Extent.Documents, 3)) },
        { "sum-groups(2) does not fit [2, 3].", () => Of(2, 3).SumGroups(2) },
        { "sum-groups(0) does not fit [2, 3].", () => Of(2, 3).SumGroups(0) },
        { "repeat-groups(2) does not fit [2, 3] and [2, 3].", () => new Application(new RepeatGroups(2), Of(2, 3), Of(2, 3)) },
        { "sum-rows does not fit [2, 3] and [2, 3].", () => new Application(new SumRows(), Of(2, 3), Of(2, 3)) },
        { "repeat-rows(4) does not fit [2, 3].", () => Of(2, 3).RepeatRows(4) },
        { "largest-of-groups(2) does not fit [2, 3].", () => Of(2, 3).LargestOfGroups(2) },
        { "gather(tokens) does not fit [positions, 3].", () => Of(Positions, 3).Gather(Tokens) },
        { "scatter-add(tokens) does not fit [2, 3].", () => Of(2, 3).ScatterAdd(Tokens, 4) },
        { "pick(tokens) does not fit [2, 3].", () => Of(2, 3).Pick(Tokens) },
        { "place(tokens) does not fit [positions, 3].", () => Of(Positions, 3).Place(Tokens, 4) },
        { "mean-rows does not fit [2, 3].", () => Of(2, 3).MeanRows() },
        { "share-rows does not fit [1, 3].", () => Of(1, 3).ShareRows(Positions) },
        { "share-rows does not fit [2, 3].", () => Of(2, 3).ShareRows(Extent.Documents) },
        { "scores(2 heads) does not fit [positions, 4] and [4, 4].", () => Of(Positions, 4).Scores(Of(4, 4), Heads) },
        { "scores(2 heads) does not fit [positions, 4] and [positions, 6].", () => Of(Positions, 4).Scores(Of(Positions, 6), Heads) },
        { "scores(2 heads) does not fit [positions, 3] and [positions, 3].", () => Of(Positions, 3).Scores(Of(Positions, 3), Heads) },
        { "mix(2 heads) does not fit [positions, 5] and [positions, 4].", () => Of(Positions, 5).Mix(Of(Positions, 4), Heads) },
        { "mix(2 heads) does not fit [positions, 6] and [5, 4].", () => Of(Positions, 6).Mix(Of(5, 4), Heads) },
        { "spread(2 heads) does not fit [positions, 6] and [3, 4].", () => Of(Positions, 6).Spread(Of(3, 4), Heads, Positions) },
        { "append(tokens) does not fit [positions, 4] and [positions, 4].",
            () => new Application(new Append(Tokens), Of(Positions, 4), Of(Positions, 4)) },
        { "mask(0) does not fit [positions, 4].", () => Of(Positions, 4).Mask(Heads, 0) },
        { "softmax-pullback(2, 1) does not fit [2, 3] and [2, 3].", () => new Application(new SoftmaxPullback(2, 1), Of(2, 3), Of(2, 3)) },
        { "add does not fit [2, 3].", () => new Application(new Pairwise<Add>(new()), Of(2, 3)) },
        { "exp does not fit [2, 3] and [2, 3].", () => new Application(new Pointwise<Exp>(new()), Of(2, 3), Of(2, 3)) },
        { "backward needs a single number, [1, 1], not [2, 1]; take the sum of the entries first, "
            + "which is x.SumEntries(), or give the cotangent of each entry to Vjp.",
            () => Of(2, 1).Backward()[new("x", Shape.Scalar)] },
    };

    [Theory, MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public void Shapes_that_do_not_fit_are_refused_by_name(string message, Func<Expr> build) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(build).Message);

    private static Expr Of(Extent rows, int columns) => new Variable("x", new(rows, columns));
}
