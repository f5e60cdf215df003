using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>Writes scalars in the notation that <see cref="Formula.Parse"/> reads back.</summary>
public static class FormulaWriter
{
    private const int Longest = 60;

    // The precedence of the outermost operator of a text. A text gets parentheses if its place requires a higher level.
    private enum Level { Sum = 1, Product, Negation, Power, Atom }

    /// <summary>
    /// The statements of a formula: <c>t1 = a * b</c>, then <c>t1 * t1 + t1</c>. The last statement is the scalar. Each earlier
    /// statement names a part of the scalar that is used more than once, or whose text is longer than 60 characters.
    /// </summary>
    public static ImmutableArray<string> Write(Expr scalar)
    {
        var order = PostOrder<Expr>.Of(scalar);
        var uses = Enumerable.Range(0, order.Nodes.Length).SelectMany(i => order.ParentsOf(i)).CountBy(i => i).ToDictionary();
        var names = order.Nodes.OfType<Variable>().Select(variable => variable.Name).ToHashSet();
        var prefix = "t";
        while (names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal))) prefix += "_";

        var lines = ImmutableArray.CreateBuilder<string>();
        var texts = new (string Text, Level Level)[order.Nodes.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text(i);
            if (order.Nodes[i] is Application && i < texts.Length - 1 && (uses[i] > 1 || texts[i].Text.Length > Longest))
            {
                var name = $"{prefix}{lines.Count + 1}";
                lines.Add($"{name} = {texts[i].Text}");
                texts[i] = (name, Level.Atom);
            }
        }
        lines.Add(texts[^1].Text);
        return lines.ToImmutable();

        (string, Level) Text(int i) => order.Nodes[i].Match(
            variable => (variable.Name, Level.Atom),
            constant => (Number(constant.Value), double.IsNegative(constant.Value) ? Level.Negation : Level.Atom),
            application => Applied(application, i));

        (string, Level) Applied(Application node, int i)
        {
            var x = order.ParentsOf(i)[0];
            var y = order.ParentsOf(i)[^1];
            return node switch
            {
                { Operation: Pairwise<Add>, Arguments: [_, Constant { Value: var c }] } when double.IsNegative(c) =>
                    ($"{At(x, Level.Sum)} - {Number(-c)}", Level.Sum),
                { Operation: Pairwise<Add> } when Negated(y) is int z => ($"{At(x, Level.Sum)} - {At(z, Level.Product)}", Level.Sum),
                { Operation: Pairwise<Add> } => ($"{At(x, Level.Sum)} + {At(y, Level.Product)}", Level.Sum),
                { Operation: Pairwise<Mul> } when Negated(i) is int z => ($"-{At(z, Level.Negation)}", Level.Negation),
                {
                    Operation: Pairwise<Mul>,
                    Arguments: [_, Application { Operation: Pointwise<Pow> { Op.Exponent: -1 }, Arguments: [not Constant] }]
                }
                    when texts[y].Level == Level.Power =>
                    ($"{At(x, Level.Product)} / {At(order.ParentsOf(y)[0], Level.Negation)}", Level.Product),
                { Operation: Pairwise<Mul> } => ($"{At(x, Level.Product)} * {At(y, Level.Negation)}", Level.Product),
                { Operation: Pairwise<Quotient> } => ($"{At(x, Level.Product)} ÷ {At(y, Level.Negation)}", Level.Product),
                { Operation: Pointwise<Pow> { Op.Exponent: var k } } => ($"{At(x, Level.Atom)}^{Number(k)}", Level.Power),
                { Operation: Pairwise<Power> } => ($"{At(x, Level.Atom)}^{At(y, Level.Power)}", Level.Power),
                { Operation.Name: var name } => ($"{name}({At(x, Level.Sum)})", Level.Atom),
            };
        }

        // The index of x if node i is -x and has no name; otherwise null.
        int? Negated(int i) =>
            order.Nodes[i] is Application { Operation: Pairwise<Mul>, Arguments: [not Constant, Constant { Value: -1 }] }
            && texts[i].Level is 0 or Level.Negation
                ? order.ParentsOf(i)[0] : null;

        string At(int i, Level least) => texts[i].Level >= least ? texts[i].Text : $"({texts[i].Text})";
    }

    private static string Number(double value) => FormattableString.Invariant($"{value:R}");
}
