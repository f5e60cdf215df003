using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Autograd;

namespace MicroGpt.Study;

/// <summary>
/// A formula in the usual notation: numbers, names, + - * / ÷ ^, parentheses and functions. x / y is x·y⁻¹, and x ÷ y is
/// their quotient, rounded once. A definition before the formula gives a name to a part that is used more than once:
/// <c>t = a*b; t*t + t</c>.
/// </summary>
/// <param name="Expression">The value of the formula, [1, 1].</param>
/// <param name="Variables">A variable [1, 1] for each name without a definition, in the order of first use.</param>
/// <param name="Definitions">The names that the formula defines, in their order.</param>
public sealed record Formula(Expr Expression, ImmutableArray<Variable> Variables, ImmutableArray<string> Definitions)
{
    /// <summary>The functions that a formula can call.</summary>
    public static ImmutableSortedDictionary<string, Func<Expr, Expr>> Functions { get; } = new Dictionary<string, Func<Expr, Expr>>
    {
        ["exp"] = x => x.Exp(),
        ["iszero"] = x => x.IsZero(),
        ["log"] = x => x.Log(),
        ["reciprocal"] = x => x.Reciprocal(),
        ["relu"] = x => x.Relu(),
        ["sigmoid"] = x => x.Sigmoid(),
        ["softplus"] = x => x.Softplus(),
        ["sqrt"] = x => x.Pow(0.5),
        ["step"] = x => x.Step(),
        ["tanh"] = x => x.Tanh(),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Parses a formula, or returns the first problem, with its column and the text around it.</summary>
    public static Either<Problem, Formula> Parse(string text) =>
        Lexer.Tokenize(text)
            .Bind(tokens => Read(text, tokens))
            .Map(parser => new Formula(parser.Operands.Peek().Expression, parser.Variables, parser.Definitions));

    private static Either<Problem, Parser> Read(string text, ImmutableArray<Token> tokens) =>
        Enumerable.Range(0, tokens.Length).Aggregate(
            Either<Problem, Parser>.Right(Parser.Start(text)),
            (state, i) => state.Bind(parser => parser.Read(tokens[i], next: tokens[Math.Min(i + 1, tokens.Length - 1)])));

    /// <summary>A part of a formula, and its value if it contains no variable.</summary>
    private readonly record struct Operand(Expr Expression, double? Value)
    {
        /// <summary>A number.</summary>
        public static Operand Of(double value) => new(Expr.Constant(value), value);

        /// <summary>f(x), where f has one argument.</summary>
        public Operand Apply(Func<Expr, Expr> f) => new(f(Expression), Value is { } value ? Evaluated(f(Expr.Constant(value))) : null);

        private static double Evaluated(Expr constant) => constant.Evaluate(Autograd.Environment<Real>.Of(Inputs.None))[0, 0].Plain;
    }

    /// <summary>The role of the next token: the start of a statement, the = of a definition, an operand, or an operator.</summary>
    private enum Expected { Statement, Equals, Operand, Operator }

    /// <summary>
    /// The state of the shunting-yard algorithm (Dijkstra, 1961), which runs as a fold over the tokens. Both stacks are data, so deep
    /// parentheses cannot overflow the call stack.
    /// </summary>
    /// <param name="Text">The text of the formula, which problems quote.</param>
    /// <param name="Expected">The role of the next token.</param>
    /// <param name="Definition">The name that the current statement defines; null if the statement is no definition.</param>
    /// <param name="Operands">The operand stack. It holds the parts of the formula that are complete.</param>
    /// <param name="Pending">The operator stack. It holds open parentheses, and operators and functions that are not applied yet.</param>
    /// <param name="Names">The value of each name that was defined or used so far.</param>
    /// <param name="Variables">A variable for each name without a definition, in the order of first use.</param>
    /// <param name="Definitions">The names that were defined so far.</param>
    private sealed record Parser(
        string Text, Expected Expected, Token? Definition, ImmutableStack<Operand> Operands, ImmutableStack<Token> Pending,
        ImmutableDictionary<string, Operand> Names, ImmutableArray<Variable> Variables, ImmutableArray<string> Definitions)
    {
        private const string Negation = "negation";

        public static Parser Start(string text) =>
            new(text, Expected.Statement, null, [], [], ImmutableDictionary<string, Operand>.Empty, [], []);

        /// <summary>The state after a token, or the first problem.</summary>
        public Either<Problem, Parser> Read(Token token, Token next) => Expected switch
        {
            Expected.Statement when token.Kind == TokenKind.Name && next.Is("=") => Define(token),
            Expected.Equals => this with { Expected = Expected.Operand },
            Expected.Operator => ReadOperator(token),
            _ => ReadOperand(token, isCalled: next.Is("(")),
        };

        private Either<Problem, Parser> Define(Token name) =>
            Functions.ContainsKey(name.Text) ? Wrong(name, $"{name.Text} is a function; choose another name")
            : Names.ContainsKey(name.Text) ? Wrong(name, $"{name.Text} has a meaning already; choose another name")
            : this with { Definition = name, Expected = Expected.Equals };

        private Either<Problem, Parser> ReadOperand(Token token, bool isCalled) => token.Kind switch
        {
            TokenKind.Number => Push(Operand.Of(double.Parse(token.Text, CultureInfo.InvariantCulture))),
            TokenKind.Name when Functions.ContainsKey(token.Text) =>
                isCalled ? Push(token) : Wrong(token, $"{token.Text} is a function; write {token.Text}(...)"),
            TokenKind.Name when isCalled =>
                Wrong(token, $"there is no function {token.Text}; there are {string.Join(", ", Functions.Keys)}"),
            TokenKind.Name => Use(token.Text),
            _ when token.Is("(") => Push(token),
            _ when token.Is("-") => Push(token with { Text = Negation }),
            _ => Wrong(token, $"a number, a name or ( is expected, and {token} stands there"),
        };

        private Either<Problem, Parser> ReadOperator(Token token)
        {
            if (token.Kind != TokenKind.End && (token.Kind != TokenKind.Symbol || token.Text is "(" or "="))
                return Wrong(token, $"+ - * / ^ or ) is expected, and {token} stands there");
            var reduced = ReduceBefore(token);
            Token? open = reduced.Pending.IsEmpty ? null : reduced.Pending.Peek();
            return token switch
            {
                { Text: ")" } => open is null ? Wrong(token, "this ) closes nothing") : reduced.Close(),
                { Text: ";" } or { Kind: TokenKind.End } =>
                    open is { } unclosed ? Wrong(unclosed, "this ( is never closed") : reduced.EndStatement(token),
                _ => reduced.Push(token),
            };
        }

        private Either<Problem, Parser> EndStatement(Token token) => (Definition, token.Kind) switch
        {
            (null, TokenKind.End) => this,
            ({ Text: var name }, TokenKind.End) =>
                Wrong(token, $"{name} has a meaning, and now a formula is wanted; write one after a semicolon"),
            (null, _) => Wrong(token, "what stands before a semicolon gives a name its meaning, as in t = a*b"),
            ({ } name, _) when Names.ContainsKey(name.Text) => Wrong(name, $"{name.Text} cannot be used in its own meaning"),
            ({ } name, _) => this with
            {
                Expected = Expected.Statement,
                Definition = null,
                Operands = Operands.Pop(out var meaning),
                Names = Names.Add(name.Text, meaning),
                Definitions = Definitions.Add(name.Text),
            },
        };

        private Parser Use(string name)
        {
            if (Names.TryGetValue(name, out var meaning)) return Push(meaning);
            var variable = new Variable(name, Shape.Scalar);
            var operand = new Operand(variable, null);
            return Push(operand) with { Names = Names.Add(name, operand), Variables = Variables.Add(variable) };
        }

        private Parser Push(Operand operand) => this with { Expected = Expected.Operator, Operands = Operands.Push(operand) };

        private Parser Push(Token pending) => this with { Expected = Expected.Operand, Pending = Pending.Push(pending) };

        // The closing parenthesis also completes the call of a function.
        private Parser Close()
        {
            var closed = this with { Pending = Pending.Pop() };
            return !closed.Pending.IsEmpty && closed.Pending.Peek().Kind == TokenKind.Name ? closed.Reduce() : closed;
        }

        // Applies the pending operators that bind before the token, the last operator first. Stops at an open parenthesis.
        private Parser ReduceBefore(Token token)
        {
            var state = this;
            while (!state.Pending.IsEmpty && !state.Pending.Peek().Is("(") && BindsBefore(state.Pending.Peek(), token))
                state = state.Reduce();
            return state;
        }

        // Operators of equal precedence are applied from left to right, but powers are applied from right to left.
        private static bool BindsBefore(Token left, Token right) =>
            Precedence(left) > Precedence(right) || Precedence(left) == Precedence(right) && right.Text != "^";

        private static int Precedence(Token token) =>
            token.Text switch { "+" or "-" => 1, "*" or "/" or "÷" => 2, Negation => 3, "^" => 4, _ => 0 };

        // Applies the last pending function or operator to its operands.
        private Parser Reduce()
        {
            var (pending, operands) = (Pending.Pop(out var token), Operands.Pop(out var y));
            return this with
            {
                Pending = pending,
                Operands = token.Kind == TokenKind.Name ? operands.Push(y.Apply(Functions[token.Text]))
                    : token.Text == Negation ? operands.Push(y.Apply(Negate))
                    : operands.Pop(out var x).Push(Combine(token.Text, x, y)),
            };
        }

        private static Expr Negate(Expr x) => x is Constant c ? Expr.Constant(-c.Value) : -x;

        // A number after - is negated: x - 2 is x + -2. A number after / is inverted: x / 2 is x * 0.5. An exponent without variables is
        // a constant: x^(6/2) is the operation pow(3). If the exponent has variables, the operation is power.
        private static Operand Combine(string symbol, Operand left, Operand right)
        {
            var (x, y) = (left.Expression, right.Expression);
            var value = left.Value is { } a && right.Value is { } b ? Calculate(symbol, a, b) : default(double?);
            return new(symbol switch
            {
                "+" => x + y,
                "-" => y is Constant c ? x - c.Value : x - y,
                "*" => x * y,
                "/" => x is Constant && y is Constant ? Expr.Constant(value!.Value) : y is Constant c ? x / c.Value : x / y,
                "÷" => x.Over(y),
                _ => right.Value is { } k ? x.Pow(k) : x.Pow(y),
            }, value);
        }

        private static double Calculate(string symbol, double x, double y) =>
            symbol switch { "+" => x + y, "-" => x - y, "*" => x * y, "/" or "÷" => x / y, _ => Math.Pow(x, y) };

        private Either<Problem, Parser> Wrong(Token token, string what) => Lexer.ProblemAt(Text, token.Column, what);
    }

    public bool Equals(Formula? other) => other is not null && Expression == other.Expression
        && Variables.ContentEquals(other.Variables) && Definitions.ContentEquals(other.Definitions);

    public override int GetHashCode() => HashCode.Combine(Expression, Variables.Length);
}
