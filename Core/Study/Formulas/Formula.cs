using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>
/// A formula as people write it: + - * / ^, parentheses, numbers, names, functions. What is used more than once may be given a
/// name before: <c>t = a*b; t*t + t</c>.
/// </summary>
/// <param name="Expression">What it says, [1, 1].</param>
/// <param name="Variables">The names in it that stand for numbers, in the order in which it comes to them.</param>
public sealed record Formula(Expr Expression, ImmutableArray<Variable> Variables)
{
    /// <summary>The functions it may call. What the table of operations does not have is derived from what it has.</summary>
    public static ImmutableSortedDictionary<string, Func<Expr, Expr>> Functions { get; } = new Dictionary<string, Func<Expr, Expr>>
    {
        ["exp"] = x => x.Exp(),
        ["log"] = x => x.Log(),
        ["reciprocal"] = x => x.Reciprocal(),
        ["relu"] = x => x.Relu(),
        ["sqrt"] = x => x.Pow(0.5),
        ["step"] = x => x.Step(),
        ["tanh"] = x => Expr.Constant(1) - Expr.Constant(2) / ((x * 2).Exp() + 1),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The formula that a text says, or what is wrong with the text and where.</summary>
    public static Either<Problem, Formula> Parse(string text) => Tokens.Of(text).Bind(tokens => new Parser(text).Run(tokens));

    // Precedence climbs an explicit stack, so that no depth of parentheses overflows the thread's. A problem is found at the first
    // token that does not fit.
    private sealed class Parser(string text)
    {
        private const string Negation = "negation";

        private readonly string text = text;
        private readonly Stack<Operand> operands = [];
        private readonly Stack<Token> pending = [];                     // signs, functions and parentheses that wait for their operands
        private readonly Dictionary<string, Operand> meanings = [];     // of the names so far
        private readonly List<Variable> variables = [];

        /// <summary>Part of a formula, and whether it stands for the same number whatever its variables are.</summary>
        private readonly record struct Operand(Expr Expression, bool IsFixed);

        public Either<Problem, Formula> Run(ImmutableArray<Token> tokens)
        {
            var (wantsOperand, start) = (true, 0); // of the statement
            for (var i = 0; i < tokens.Length; i++)
            {
                var token = tokens[i];
                if (i == start && token.Kind == TokenKind.Name && tokens[i + 1].Is("="))
                {
                    if (Taken(token.Text) is { } taken) return Wrong(token, taken);
                    i++;
                    continue;
                }
                var problem = wantsOperand ? Begin(token, tokens[Math.Min(i + 1, tokens.Length - 1)]) : Continue(token);
                if (problem is not null) return problem;
                if (token.Is(";"))
                {
                    if (!tokens[start + 1].Is("="))
                        return Wrong(token, "what stands before a semicolon gives a name its meaning, as in t = a*b");
                    if (!meanings.TryAdd(tokens[start].Text, operands.Pop()))
                        return Wrong(tokens[start], $"{tokens[start].Text} cannot be used in its own meaning");
                    (wantsOperand, start) = (true, i + 1);
                }
                else
                {
                    wantsOperand = wantsOperand
                        ? token.Kind == TokenKind.Sign || pending.TryPeek(out var top) && top == token // a sign or a function
                        : !token.Is(")");
                }
            }
            return tokens[start].Kind == TokenKind.Name && tokens[start + 1].Is("=")
                ? Wrong(tokens[^1], $"{tokens[start].Text} has a meaning, and now a formula is wanted; write one after a semicolon")
                : new Formula(operands.Pop().Expression, [.. variables]);
        }

        // Where an operand is wanted.
        private Problem? Begin(Token token, Token next)
        {
            switch (token.Kind, IsFunction: Functions.ContainsKey(token.Text), IsCalled: next.Is("("))
            {
                case (TokenKind.Number, _, _):
                    operands.Push(new(Expr.Constant(double.Parse(token.Text, CultureInfo.InvariantCulture)), true));
                    return null;
                case (TokenKind.Name, true, true):
                    pending.Push(token);
                    return null;
                case (TokenKind.Name, true, false):
                    return Wrong(token, $"{token.Text} is a function; write {token.Text}(...)");
                case (TokenKind.Name, false, true):
                    return Wrong(token, $"there is no function {token.Text}; there are {string.Join(", ", Functions.Keys)}");
                case (TokenKind.Name, false, false):
                    operands.Push(Meaning(token.Text));
                    return null;
                case (TokenKind.Sign, _, _) when token.Text is "(" or "-":
                    pending.Push(token.Is("-") ? token with { Text = Negation } : token);
                    return null;
                default:
                    return Wrong(token, $"a number, a name or ( is expected, and {token} stands there");
            }
        }

        // Where an operand has ended.
        private Problem? Continue(Token token)
        {
            if (token.Kind != TokenKind.End && (token.Kind != TokenKind.Sign || token.Text is "(" or "="))
                return Wrong(token, $"+ - * / ^ or ) is expected, and {token} stands there");
            while (pending.TryPeek(out var before) && !before.Is("(") && Binds(before, token)) Reduce(pending.Pop());
            if (token.Is(")"))
            {
                if (!pending.TryPop(out _)) return Wrong(token, "this ) closes nothing");
                if (pending.TryPeek(out var top) && top.Kind == TokenKind.Name) Reduce(pending.Pop());
            }
            else if (token.Kind == TokenKind.End || token.Is(";"))
            {
                if (pending.TryPeek(out var open)) return Wrong(open, "this ( is never closed");
            }
            else
            {
                pending.Push(token);
            }
            return null;
        }

        // Powers alone are taken from the right.
        private static bool Binds(Token before, Token token) =>
            Precedence(before) > Precedence(token) || Precedence(before) == Precedence(token) && token.Text != "^";

        private static int Precedence(Token token) => token.Text switch { "+" or "-" => 1, "*" or "/" => 2, Negation => 3, "^" => 4, _ => 0 };

        private void Reduce(Token token)
        {
            var y = operands.Pop();
            operands.Push(
                token.Kind == TokenKind.Name ? y with { Expression = Functions[token.Text](y.Expression) }
                : token.Text != Negation ? Combined(token.Text, operands.Pop(), y)
                : y with { Expression = y.Expression is Constant c ? Expr.Constant(-c.Value) : -y.Expression });
        }

        // Numbers that are written out are combined as the table combines them.
        private static Operand Combined(string sign, Operand left, Operand right)
        {
            var (x, y) = (left.Expression, right.Expression);
            return new(sign switch
            {
                "+" => x + y,
                "-" => y is Constant c ? x - c.Value : x - y,
                "*" => x * y,
                "/" => y is Constant c ? x / c.Value : x / y,
                _ => right.IsFixed ? x.Pow(y.Evaluate(Autograd.Environment<Real>.Of(Inputs.None))[0, 0].Plain) : (y * x.Log()).Exp(),
            }, left.IsFixed && right.IsFixed);
        }

        private Operand Meaning(string name)
        {
            if (meanings.TryGetValue(name, out var meaning)) return meaning;
            variables.Add(new(name, Shape.Scalar));
            return meanings[name] = new(variables[^1], false);
        }

        private string? Taken(string name) =>
            Functions.ContainsKey(name) ? $"{name} is a function; choose another name"
            : meanings.ContainsKey(name) ? $"{name} has a meaning already; choose another name"
            : null;

        private Problem Wrong(Token token, string what) => Tokens.Wrong(text, token.Column, what);
    }
}
