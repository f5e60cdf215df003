using System.Globalization;
using MicroGpt.Generation;
using MicroGpt.Text;

namespace MicroGpt.Shell.Output;

/// <summary>The choices of tokens as text: each character with its probability, and the likeliest alternatives.</summary>
internal static class ProbabilityTable
{
    private const int Alternatives = 3;

    /// <summary>A line for each choice.</summary>
    public static string Format(IEnumerable<TokenChoice> choices, Tokenizer tokenizer) => string.Join('\n', choices.Select(choice =>
    {
        var alternatives = Enumerable.Range(0, choice.Probabilities.Length)
            .Where(token => token != choice.Token && choice.Probabilities[token] > 0)
            .OrderByDescending(token => choice.Probabilities[token]).Take(Alternatives);
        return $"  {Show(choice, choice.Token)} |{string.Concat(alternatives.Select(token => $" {Show(choice, token)}"))}".TrimEnd();

        string Show(TokenChoice choice, int token) =>
            $"{ShowCharacter(token)} {Percent(choice.Probabilities[token])}";

        string ShowCharacter(int token) => token == tokenizer.Bos ? "end" : $" {Characters.Show(tokenizer.Alphabet[token].Value)} ";
    }));

    private static string Percent(double probability) => (100 * probability).ToString("F1", CultureInfo.InvariantCulture).PadLeft(5) + "%";
}
