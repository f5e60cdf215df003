using MicroGpt.Model;
using MicroGpt.Text;
using static LanguageExt.Prelude;

namespace MicroGpt.Facts;

/// <summary>A problem that stops a program shows its sentence.</summary>
public class ProblemFacts
{
    [Fact]
    public void A_value_is_itself()
    {
        Assert.Equal(3, Right<Problem, int>(3).OrThrow());
        Assert.Equal(3, Success<Problem, int>(3).OrThrow());
    }

    [Fact]
    public void An_exception_says_what_the_problem_says() => Assert.Equal(
        "names.txt holds no documents, for it is empty or blank; write one document on each line.",
        Assert.Throws<InvalidOperationException>(() => Corpus.Parse([], "names.txt").OrThrow()).Message);

    [Fact]
    public void An_exception_names_every_problem() => Assert.Equal(
        "n_embd is 0; it must be at least 1. n_layer is -1; it must be at least 1.",
        Assert.Throws<InvalidOperationException>(() => Configuration.Create(0, 1, -1, 1, 1).OrThrow()).Message);
}
