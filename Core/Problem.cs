namespace MicroGpt;

/// <summary>A problem with the user's input: one sentence that names the input, the place and the remedy.</summary>
/// <param name="Sentence">The sentence, ready to be shown.</param>
public sealed record Problem(string Sentence)
{
    /// <summary>The problem as text: its sentence.</summary>
    public override string ToString() => Sentence;
}
