using MicroGpt.Model;
using MicroGpt.Text;
using static LanguageExt.Prelude;

namespace MicroGpt.Facts;

/// <summary>OrThrow: a value, or an exception with the sentences of the problems.</summary>
public class ProblemFacts
{
    [Fact]
    public void OrThrow_returns_the_value()
    {
        Assert.Equal(3, Right<Problem, int>(3).OrThrow());
        Assert.Equal(3, Success<Problem, int>(3).OrThrow());
    }

    [Fact]
    public void An_exception_has_the_sentence_of_the_problem() => Assert.Equal(
        "names.txt holds no documents, for it is empty or blank; write one document on each line.",
        Assert.Throws<InvalidOperationException>(() => Corpus.Parse([], "names.txt", Split.Lines).OrThrow()).Message);

    [Fact]
    public void An_exception_has_the_sentences_of_all_problems() => Assert.Equal(
        "n_embd is 0; it must be at least 1. n_layer is -1; it must be at least 1.",
        Assert.Throws<InvalidOperationException>(() => Configuration.Create(0, 1, -1, 1, 1).OrThrow()).Message);
}
