using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MicroGpt.Text;

namespace MicroGpt.Study;

// Study begins with a formula that a person writes. The lexer and the parser turn the formula into an expression.

/// <summary>The kinds of token in a formula.</summary>
public enum TokenKind { Number, Name, Symbol, End }

/// <summary>A token, and the column of its first character, counted from 0.</summary>
public readonly record struct Token(TokenKind Kind, string Text, int Column)
{
    /// <summary>True if the token is this symbol.</summary>
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public override string ToString() => Kind == TokenKind.End ? "the end" : Text.Quote();
}

/// <summary>The lexer: splits the text of a formula into tokens.</summary>
public static class Lexer
{
    private const string Symbols = "+-*/÷^()=;";
    private const int Shown = 72;

    /// <summary>The tokens of a text, or the first problem. The last token is an End token.</summary>
    public static Either<Problem, ImmutableArray<Token>> Tokenize(string text)
    {
        var tokens = ImmutableArray.CreateBuilder<Token>();
        for (var i = 0; i < text.Length;)
        {
            var end = char.IsWhiteSpace(text[i]) ? i + 1
                : char.IsAsciiDigit(text[i]) || text[i] == '.' ? EndOfNumber(text, i)
                : IsOfName(text[i]) ? While(text, i, IsOfName)
                : Symbols.Contains(text[i]) ? i + 1 : i;
            if (end == i)
                return ProblemAt(text, i, $"{Characters.Show(text[i..].CodePoints().First()).Quote()} means nothing in a formula");
            var token = text[i..end];
            if (char.IsAsciiDigit(text[i]) || text[i] == '.')
            {
                if (!double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    return ProblemAt(text, i, $"{token.Quote()} is not a number; write it like 0.5 or 1e-3");
                if (DecimalNumber.OutOfRange(token, number) is { } limit) return ProblemAt(text, i, $"{token.Quote()} {limit}");
                tokens.Add(new(TokenKind.Number, token, i));
            }
            else if (!char.IsWhiteSpace(text[i]))
            {
                tokens.Add(new(IsOfName(text[i]) ? TokenKind.Name : TokenKind.Symbol, token, i));
            }
            i = end;
        }
        tokens.Add(new(TokenKind.End, "", text.Length));
        return tokens.ToImmutable();
    }

    /// <summary>A problem at a column, with the text around it and a mark under the column.</summary>
    public static Problem ProblemAt(string text, int column, string what)
    {
        var start = Math.Max(0, Math.Min(column - Shown / 2, text.Length - Shown));
        var part = string.Concat(text.Skip(start).Take(Shown).Select(c => char.IsControl(c) ? ' ' : c));
        return new($"Column {column + 1} of the formula: {what}.\n  {part}\n  {new string(' ', column - start)}^");
    }

    private static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static int While(string text, int i, Func<char, bool> holds)
    {
        while (i < text.Length && holds(text[i])) i++;
        return i;
    }

    // The index after a number. A number has digits and points, and may have an exponent such as e-3. An e without digits is no exponent.
    private static int EndOfNumber(string text, int i)
    {
        var end = While(text, i, c => char.IsAsciiDigit(c) || c == '.');
        if (end == text.Length || text[end] is not ('e' or 'E')) return end;
        var digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
        return While(text, digits, char.IsAsciiDigit) is var last && last > digits ? last : end;
    }
}
