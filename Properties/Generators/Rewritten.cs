using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Checkpoints;

namespace MicroGpt.Properties;

/// <summary>The file of a checkpoint, written again by another program: the same content in another order and spacing.</summary>
public sealed record Rewritten(Checkpoint Checkpoint, int Seed)
{
    private static readonly ImmutableArray<JsonSerializerOptions> Spacings =
        [new(), new() { WriteIndented = true }, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }];

    /// <summary>Files of any checkpoints, one in four as the Python package of Hugging Face writes them.</summary>
    public static Arbitrary<Rewritten> Any { get; } = Arb.From(
        from saved in Saved.Any.Generator
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select new Rewritten(saved.Checkpoint, seed));

    /// <summary>The bytes of the file.</summary>
    public byte[] Bytes => Rewrite(ForeignFile.Parse(CheckpointFile.Write(Checkpoint).AsSpan()), new Random(Seed));

    /// <summary>A file of this content, in a random order and spacing.</summary>
    public static byte[] Rewrite(ForeignFile file, Random random)
    {
        var mixed = new ForeignFile([.. Mix(file.Metadata)], [.. Mix(file.Tensors)]);
        return random.Next(4) == 0
            ? mixed.WriteAsHuggingFace()
            : mixed.Write(Mix, Spacings[random.Next(Spacings.Length)], padded: random.Next(2) == 0);

        T[] Mix<T>(IEnumerable<T> items)
        {
            T[] order = [.. items];
            random.Shuffle(order);
            return order;
        }
    }

    public override string ToString() => $"{new Saved(Checkpoint)}, written again by {Seed}";
}

/// <summary>The file of a checkpoint, written again by a program that changes one piece of content and leaves the hash.</summary>
/// <param name="Change">The change, in words.</param>
/// <param name="Bytes">The bytes of the file.</param>
public sealed record Altered(string Change, byte[] Bytes)
{
    private static readonly ImmutableArray<(string Change, Func<ForeignFile, Random, ForeignFile> Apply)> Changes =
    [
        ("a flipped bit", FlipBit),
        ("a changed text", ChangeText),
        ("two tensors with each other's names", ExchangeNames),
        ("a tensor of another dtype", (file, random) => OfTensor(file, random, tensor => tensor with
        {
            DType = tensor.DType.Replace('F', 'I'),
        })),
        ("a tensor of another shape", (file, random) => OfTensor(file, random, tensor => tensor with { Shape = [1, .. tensor.Shape] })),
        ("a tensor of another name", (file, random) => OfTensor(file, random, tensor => tensor with { Name = tensor.Name + "_" })),
        ("a tensor less", (file, random) => file with { Tensors = file.Tensors.RemoveAt(random.Next(file.Tensors.Length)) }),
        ("a tensor more", (file, _) => file with { Tensors = file.Tensors.Add(new("more", "F32", [0], [])) }),
        ("a text less", (file, random) => file with { Metadata = file.Metadata.RemoveAt(random.Next(file.Metadata.Length)) }),
        ("a text more", (file, _) => file with { Metadata = file.Metadata.Add(("more", "")) }),
    ];

    /// <summary>Files of any checkpoints with one change.</summary>
    public static Arbitrary<Altered> Any { get; } = Arb.From(
        from saved in Saved.Any.Generator
        from seed in Gen.Choose(0, int.MaxValue - 1)
        let random = new Random(seed)
        let change = Changes[random.Next(Changes.Length)]
        let file = ForeignFile.Parse(CheckpointFile.Write(saved.Checkpoint).AsSpan())
        select new Altered(change.Change, Rewritten.Rewrite(change.Apply(file, random), random)));

    public override string ToString() => $"a file with {Change}";

    private static ForeignFile FlipBit(ForeignFile file, Random random) => OfTensor(file, random, tensor =>
    {
        var bit = random.Next(8 * tensor.Bytes.Length);
        return tensor with { Bytes = tensor.Bytes.SetItem(bit / 8, (byte)(tensor.Bytes[bit / 8] ^ 1 << bit % 8)) };
    });

    // An exclusive or with 1 leaves a pair of surrogates a pair.
    private static ForeignFile ChangeText(ForeignFile file, Random random)
    {
        var i = random.Next(file.Metadata.Length);
        var (name, text) = file.Metadata[i];
        var at = random.Next(Math.Max(1, text.Length));
        return file with
        {
            Metadata = file.Metadata.SetItem(i, (name, text == "" ? "0" : $"{text[..at]}{(char)(text[at] ^ 1)}{text[(at + 1)..]}")),
        };
    }

    private static ForeignFile ExchangeNames(ForeignFile file, Random random)
    {
        var (i, x) = (random.Next(file.Tensors.Length), random.Next(file.Tensors.Length));
        var (first, second) = (file.Tensors[i], file.Tensors[x]);
        return first.Shape.SequenceEqual(second.Shape) && first.Bytes.SequenceEqual(second.Bytes)
            ? FlipBit(file, random) // The exchange would change nothing.
            : file with
            {
                Tensors = file.Tensors.SetItem(i, first with { Name = second.Name }).SetItem(x, second with { Name = first.Name }),
            };
    }

    private static ForeignFile OfTensor(ForeignFile file, Random random, Func<ForeignTensor, ForeignTensor> change)
    {
        var i = random.Next(file.Tensors.Length);
        return file with { Tensors = file.Tensors.SetItem(i, change(file.Tensors[i])) };
    }
}
