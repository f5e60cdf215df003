using System.Collections.Immutable;
using System.Numerics;
using MicroGpt.Autograd;

namespace MicroGpt.Compilation;

/// <summary>
/// Expressions as a list of kernels over blocks of memory: each node in order, a kernel and a block for each, and a block used again
/// once nothing more looks at it. Running changes the program's own blocks and nothing else.
/// </summary>
public sealed class Program<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Action> kernels = [];
    private readonly Dictionary<Expr, Block<T>> blocks = [];
    private readonly Dictionary<Expr, int> uses = [];
    private readonly List<(int Size, Block<T> Block)> free = [];
    private readonly Layout layout;
    private readonly Block<T> panel = Products.Panel<T>();

    /// <summary>
    /// Compiles expressions for whatever the layout has room for. The blocks of variables are given, and so may be those that results
    /// are wanted in.
    /// </summary>
    public Program(ImmutableArray<Expr> expressions, Layout layout, Func<Variable, Block<T>> variables, Func<int, Block<T>?> wanted)
    {
        this.layout = layout;
        // The last results first: the gradients of the last layers are made while what they are made of is near, and may go after that.
        var nodes = PostOrder<Expr>.Of([.. expressions.Reverse()]).Nodes;
        foreach (var used in nodes.SelectMany(node => node.Arguments).Concat(expressions)) uses[used] = uses.GetValueOrDefault(used) + 1;
        foreach (var node in nodes)
            blocks.Add(node, node.Match(variables, Filled, application => Compiled(application, expressions.IndexOf(node) is var k and >= 0 ? wanted(k) : null)));
        for (var k = 0; k < expressions.Length; k++) Deliver(expressions[k], wanted(k));
        Results = [.. expressions.Select((x, k) => wanted(k) ?? blocks[x])];
    }

    /// <summary>Where the results are after a run.</summary>
    public ImmutableArray<Block<T>> Results { get; }

    /// <summary>How many blocks its operations share.</summary>
    public int Buffers => blocks.Where(block => block.Key is Application).Select(block => block.Value.Data).Distinct().Count();

    /// <summary>Computes the results for the inputs in the layout.</summary>
    public void Run()
    {
        foreach (var kernel in kernels) kernel();
    }

    private Block<T> Compiled(Application node, Block<T>? wanted)
    {
        // What is computed entry by entry may take the place of an argument that nothing else looks at.
        var inPlace = Entries.Covers(node.Operation);
        if (inPlace) Release(node);
        var z = wanted ?? Allocate(node.Shape);
        var (x, y) = (node.Arguments[0], node.Arguments.Length > 1 ? node.Arguments[1] : node.Arguments[0]);
        kernels.Add(Kernels.Of(new Site<T>(node, layout, blocks[x], blocks[y], z, panel)));
        if (!inPlace) Release(node);
        return z;
    }

    private void Release(Application node)
    {
        foreach (var argument in node.Arguments)
            if (--uses[argument] == 0 && argument is Application) free.Add((Size(argument.Shape), blocks[argument]));
    }

    // A result that is no node of its own, a variable or another result, is copied to where it is wanted.
    private void Deliver(Expr result, Block<T>? wanted)
    {
        if (wanted is not { } to || blocks[result] is var from && ReferenceEquals(from.Data, to.Data) && from.Offset == to.Offset) return;
        kernels.Add(() =>
        {
            for (var i = 0; i < layout.Rows(result.Shape.Rows); i++) from.Row(i).CopyTo(to.Row(i));
        });
    }

    private Block<T> Filled(Constant constant)
    {
        var block = Block<T>.Of(layout.Room(constant.Shape.Rows), constant.Shape.Columns);
        block.Data.AsSpan().Fill(T.CreateTruncating(constant.Value));
        return block;
    }

    private Block<T> Allocate(Shape shape)
    {
        var place = free.FindLastIndex(block => block.Size == Size(shape));
        if (place < 0) return Block<T>.Of(layout.Room(shape.Rows), shape.Columns);
        var block = free[place].Block;
        free.RemoveAt(place);
        return new(block.Data, block.Offset, Block<T>.StrideOf(shape.Columns));
    }

    private int Size(Shape shape) => Block<T>.SizeOf(layout.Room(shape.Rows), shape.Columns);
}
