#:property Optimize=true
#:property InvariantGlobalization=true
// A GPT, whole: it reads a list of names, and learns to invent new ones. This file is the complete algorithm, and all it needs is .NET:
//
//   dotnet run MicroGpt.cs
//
// It is Andrej Karpathy's microgpt.py as functions of values, with the same losses and the same names to the last bit. Read it from top to
// bottom: each chapter uses what stands above it, and the last one runs it all. No value changes once it is made. What elsewhere changes, a
// generator, a gradient, the state of training, is returned here.

using System.Text;
using static System.Linq.Enumerable;

// Let there be chance, and the same chance again: CPython's generator, whose draws return a number and the generator to go on with.
internal readonly record struct Chance(uint[] Block, int Position, double? Spare)
{
    private const int Words = 624;

    public static Chance Seed(uint key)
    {
        var block = new uint[Words];
        block[0] = 19650218;
        for (var i = 1; i < Words; i++) block[i] = Folded(i) * 1812433253 + (uint)i;
        for (var n = 0; n < 2 * Words - 1; n++)
        {
            var i = 1 + n % (Words - 1);
            block[i] = n < Words ? (block[i] ^ Folded(i) * 1664525) + key : (block[i] ^ Folded(i) * 1566083941) - (uint)i;
            if (i == Words - 1) block[0] = block[i];
        }
        block[0] = 0x80000000;
        return new(block, Words, Spare: null);

        uint Folded(int i) => block[i - 1] ^ block[i - 1] >> 30;
    }

    // A fraction of 53 random bits.
    public (double Value, Chance Next) Random()
    {
        var (high, middle) = Word();
        var (low, next) = middle.Word();
        return (((high >> 5) * 67108864.0 + (low >> 6)) / 9007199254740992.0, next);
    }

    // A normally distributed number; they are drawn in pairs, one of which is spare (Box and Muller, 1958).
    public (double Value, Chance Next) Gauss(double deviation)
    {
        if (Spare is { } spare) return (spare * deviation, this with { Spare = null });
        var (turn, middle) = Random();
        var (u, next) = middle.Random();
        var (angle, radius) = (turn * Math.Tau, Math.Sqrt(-2 * Math.Log(1 - u)));
        return (Math.Cos(angle) * radius * deviation, next with { Spare = Math.Sin(angle) * radius });
    }

    // The same items in another order, every order equally likely.
    public (T[] Value, Chance Next) Shuffle<T>(T[] items)
    {
        var (shuffled, next) = (items.ToArray(), this);
        for (var i = items.Length - 1; i > 0; i--)
        {
            (var j, next) = next.Below(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return (shuffled, next);
    }

    // An index, whose probability is proportional to its weight.
    public (int Value, Chance Next) Choose(double[] weights)
    {
        var (share, next) = Random();
        var (place, index) = (share * weights.Aggregate((sum, weight) => sum + weight), 0);
        for (var sum = weights[0]; sum <= place && index < weights.Length - 1; sum += weights[index]) index++;
        return (index, next);
    }

    // One of 0..n-1: as many bits as n has, drawn until they are below n.
    private (int Value, Chance Next) Below(int n)
    {
        var (word, next) = Word();
        var bits = (int)(word >> int.LeadingZeroCount(n));
        return bits < n ? (bits, next) : next.Below(n);
    }

    // The Mersenne twister (Matsumoto and Nishimura, 1998): the words of a block, each tempered, and after them those of the next block.
    private (uint Value, Chance Next) Word()
    {
        if (Position == Words) return new Chance(Twist(Block), 0, Spare).Word();
        var word = Block[Position];
        word ^= word >> 11;
        word ^= word << 7 & 0x9D2C5680;
        word ^= word << 15 & 0xEFC60000;
        return (word ^ word >> 18, this with { Position = Position + 1 });
    }

    private static uint[] Twist(uint[] block)
    {
        var next = block.ToArray();
        for (var i = 0; i < Words; i++)
        {
            var joined = next[i] & 0x80000000 | next[(i + 1) % Words] & 0x7FFFFFFF;
            next[i] = next[(i + 397) % Words] ^ joined >> 1 ^ (joined & 1) * 0x9908B0DF;
        }
        return next;
    }
}

// Let there be a tokenizer: a token is the place of a character in the alphabet, and one more token begins and ends each document.
internal sealed record Tokenizer(Rune[] Alphabet)
{
    public static Tokenizer Of(string[] documents) => new([.. documents.SelectMany(text => text.EnumerateRunes()).Distinct().Order()]);
    public int Bos => Alphabet.Length;
    public int VocabSize => Alphabet.Length + 1;
    public int[] Encode(string text) => [Bos, .. text.EnumerateRunes().Select(rune => Array.BinarySearch(Alphabet, rune)), Bos];
    public string Decode(int[] tokens) => string.Concat(tokens.Select(token => Alphabet[token]));
}

// Let there be autograd: a number that remembers which numbers it was made of, its parents, and how fast it grows with each.
internal sealed class Value(double data, params (Value Parent, double Partial)[] parents)
{
    public double Data => data;
    public (Value Parent, double Partial)[] Parents => parents;

    public static Value operator +(Value a, Value b) => new(a.Data + b.Data, (a, 1), (b, 1));
    public static Value operator *(Value a, Value b) => new(a.Data * b.Data, (a, b.Data), (b, a.Data));
    public Value Pow(double k) => new(Math.Pow(data, k), (this, k * Math.Pow(data, k - 1)));
    public Value Log() => new(Math.Log(data), (this, 1 / data));
    public Value Exp() => new(Math.Exp(data), (this, Math.Exp(data)));
    public Value Relu() => new(Math.Max(0, data), (this, data > 0 ? 1 : 0));

    public static implicit operator Value(double constant) => new(constant);
    public static Value operator -(Value a) => a * -1;
    public static Value operator -(Value a, Value b) => a + -b;
    public static Value operator /(Value a, Value b) => a * b.Pow(-1);
    public static Value Sum(IEnumerable<Value> terms) => terms.Aggregate((Value)0, (sum, term) => sum + term);

    // The chain rule, from this number back to all that it was made of: along a path multiply, where paths meet add. A number's turn comes
    // after that of all that were made of it, so the order is the reverse of one in which parents come first.
    public IReadOnlyDictionary<Value, double> Backward()
    {
        var (order, gradient) = (new List<Value>(), new Dictionary<Value, double>());
        Visit(this);
        gradient[this] = 1;
        foreach (var value in order.AsEnumerable().Reverse())
            foreach (var (parent, partial) in value.Parents) gradient[parent] += partial * gradient[value];
        return gradient;

        void Visit(Value value)
        {
            if (!gradient.TryAdd(value, 0)) return;
            foreach (var (parent, _) in value.Parents) Visit(parent);
            order.Add(value);
        }
    }
}

// Let there be a model: tokens become rows of numbers, blocks refine the rows, and each row says how likely each token is to come next.
internal sealed record Gpt(IReadOnlyDictionary<string, Value[][]> Parameters)
{
    public const int NEmbd = 16, NHead = 4, NLayer = 1, BlockSize = 16, HeadDim = NEmbd / NHead;

    public static (string Name, int Rows, int Columns)[] Shapes(int vocabSize) =>
    [
        ("wte", vocabSize, NEmbd), ("wpe", BlockSize, NEmbd), ("lm_head", vocabSize, NEmbd),
        .. from layer in Range(0, NLayer)
           from name in (string[])["attn_wq", "attn_wk", "attn_wv", "attn_wo", "mlp_fc1", "mlp_fc2"]
           select ($"layer{layer}.{name}", name == "mlp_fc1" ? 4 * NEmbd : NEmbd, name == "mlp_fc2" ? 4 * NEmbd : NEmbd),
    ];

    // The model with these parameters, matrix after matrix, row after row.
    public static Gpt Of(Value[] numbers, int vocabSize)
    {
        var start = 0;
        return new(Shapes(vocabSize).ToDictionary(
            shape => shape.Name, shape => numbers[start..(start += shape.Rows * shape.Columns)].Chunk(shape.Columns).ToArray()));
    }

    // The mean, over positions, of -log of the probability of the token that follows.
    public Value Loss(int[] tokens)
    {
        var n = Math.Min(BlockSize, tokens.Length - 1);
        return Value.Sum(Logits(tokens[..n]).Select((logits, i) => -Softmax(logits)[tokens[i + 1]].Log())) * (1.0 / n);
    }

    // For each position a row of logits, one for each token that may follow.
    public Value[][] Logits(int[] tokens)
    {
        Value[][] x = [.. tokens.Select((token, i) => RmsNorm(Add(Parameters["wte"][token], Parameters["wpe"][i])))];
        for (var layer = 0; layer < NLayer; layer++) x = Mlp(Attention(x, $"layer{layer}.attn_w"), $"layer{layer}.mlp_fc");
        return [.. x.Select(row => Linear(row, "lm_head"))];
    }

    // Attention: a position compares its query with each key up to its own, and adds the values by these shares, head by head.
    private Value[][] Attention(Value[][] x, string name)
    {
        Value[][] normed = [.. x.Select(RmsNorm)];
        var (q, k, v) = (Heads("q"), Heads("k"), Heads("v"));
        return [.. x.Select((row, i) => Add(Linear([.. Range(0, NHead).SelectMany(h => Head(i, h))], $"{name}o"), row))];

        Value[][][] Heads(string kind) => [.. normed.Select(row => Linear(row, $"{name}{kind}").Chunk(HeadDim).ToArray())];

        IEnumerable<Value> Head(int i, int h)
        {
            var shares = Softmax([.. Range(0, i + 1).Select(t => Dot(q[i][h], k[t][h]) / Math.Pow(HeadDim, 0.5))]);
            return Range(0, HeadDim).Select(j => Value.Sum(shares.Select((share, t) => share * v[t][h][j])));
        }
    }

    // The multilayer perceptron: each position by itself, through a layer four times as wide.
    private Value[][] Mlp(Value[][] x, string name) => [.. x.Select(row =>
        Add(Linear([.. Linear(RmsNorm(row), $"{name}1").Select(hidden => hidden.Relu())], $"{name}2"), row))];

    public static Value[] Softmax(Value[] logits)
    {
        var largest = logits.Max(logit => logit.Data);
        Value[] powers = [.. logits.Select(logit => (logit - largest).Exp())];
        var total = Value.Sum(powers);
        return [.. powers.Select(power => power / total)];
    }

    private static Value[] RmsNorm(Value[] x)
    {
        var scale = (Dot(x, x) / x.Length + 1e-5).Pow(-0.5);
        return [.. x.Select(xi => xi * scale)];
    }

    private Value[] Linear(Value[] x, string name) => [.. Parameters[name].Select(w => Dot(w, x))];
    private static Value Dot(Value[] a, Value[] b) => Value.Sum(a.Zip(b, (ai, bi) => ai * bi));
    private static Value[] Add(Value[] a, Value[] b) => [.. a.Zip(b, (ai, bi) => ai + bi)];
}

// Let there be Adam: a step against the running mean of the gradient, divided by the root of the running mean of its square.
internal sealed record Training(double[] Parameters, double[] M, double[] V, int Step)
{
    public const int Steps = 1000;

    public Training Next(double[] gradient)
    {
        const double beta1 = 0.85, beta2 = 0.99, epsilon = 1e-8;
        var rate = 0.01 * (1 - (double)Step / Steps);
        double[] m = [.. M.Zip(gradient, (m, g) => beta1 * m + (1 - beta1) * g)];
        double[] v = [.. V.Zip(gradient, (v, g) => beta2 * v + (1 - beta2) * Math.Pow(g, 2))];
        var (bias1, bias2) = (1 - Math.Pow(beta1, Step + 1), 1 - Math.Pow(beta2, Step + 1));
        return new([.. Parameters.Select((p, i) => p - rate * (m[i] / bias1) / (Math.Pow(v[i] / bias2, 0.5) + epsilon))], m, v, Step + 1);
    }
}

// Let it learn, document after document, and then speak: a token is drawn from the probabilities of the next, until it ends the name.
internal static class Program
{
    private const string Names = "https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt";

    private static async Task<int> Main()
    {
        try
        {
            if (!File.Exists("input.txt")) await File.WriteAllBytesAsync("input.txt", await new HttpClient().GetByteArrayAsync(Names));
        }
        catch (HttpRequestException)
        {
            Console.Error.WriteLine($"{Names} cannot be reached; put a list of names into input.txt, one on each line.");
            return 1;
        }
        string[] lines = [.. File.ReadLines("input.txt").Select(line => line.Trim()).Where(line => line != "")];
        var (documents, chance) = Chance.Seed(42).Shuffle(lines);
        var tokenizer = Tokenizer.Of(documents);
        var numbers = new double[Gpt.Shapes(tokenizer.VocabSize).Sum(shape => shape.Rows * shape.Columns)];
        for (var i = 0; i < numbers.Length; i++) (numbers[i], chance) = chance.Gauss(0.08);
        Console.WriteLine($"num docs: {documents.Length}\nvocab size: {tokenizer.VocabSize}\nnum params: {numbers.Length}");

        var training = new Training(numbers, new double[numbers.Length], new double[numbers.Length], Step: 0);
        while (training.Step < Training.Steps)
        {
            Value[] parameters = [.. training.Parameters];
            var loss = Gpt.Of(parameters, tokenizer.VocabSize).Loss(tokenizer.Encode(documents[training.Step % documents.Length]));
            var gradient = loss.Backward();
            training = training.Next([.. parameters.Select(parameter => gradient.GetValueOrDefault(parameter))]);
            Console.WriteLine($"step {training.Step,4} / {Training.Steps,4} | loss {loss.Data:F4}");
        }

        Console.WriteLine("\n--- inference (new, hallucinated names) ---");
        var gpt = Gpt.Of([.. training.Parameters], tokenizer.VocabSize);
        for (var sample = 1; sample <= 20; sample++)
        {
            (var tokens, chance) = Invent([tokenizer.Bos], chance);
            Console.WriteLine($"sample {sample,2}: {tokenizer.Decode(tokens[1..])}");
        }
        return 0;

        (int[] Tokens, Chance Next) Invent(int[] tokens, Chance chance)
        {
            const double temperature = 0.5;
            if (tokens.Length > Gpt.BlockSize) return (tokens, chance);
            Value[] logits = [.. gpt.Logits(tokens)[^1].Select(logit => logit / temperature)];
            var (token, next) = chance.Choose([.. Gpt.Softmax(logits).Select(probability => probability.Data)]);
            return token == tokenizer.Bos ? (tokens, next) : Invent([.. tokens, token], next);
        }
    }
}
