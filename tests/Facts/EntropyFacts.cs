using MicroGpt.Randomness;
using MicroGpt.Text;

namespace MicroGpt.Facts;

public class EntropyFacts
{
    private const double Rounding = 1e-13; // some thousand roundings

    [Fact]
    public void The_entropies_of_two_names_are_those_found_by_hand()
    {
        // a n n a BOS, b o b BOS: of 9 tokens two are a, n, b and BOS each, and one is o.
        var single = -(4 * 2 / 9.0 * Math.Log(2 / 9.0) + 1 / 9.0 * Math.Log(1 / 9.0));
        // After BOS, a, n and b, each twice, one of two tokens is as likely as the other. After o, b is certain.
        var pairs = 8 / 9.0 * Math.Log(2);
        var entropy = Entropy.Count(new(["anna", "bob"]));
        Assert.Equal(single, entropy.Single, Rounding);
        Assert.Equal(pairs, entropy.Pairs, Rounding);
    }

    [Fact]
    public void The_first_token_of_running_text_is_predicted_by_none()
    {
        // b a b a b after a: the pairs are ab, ba, ab, ba, ab.
        var entropy = Entropy.Count(new(["ababab"], Split.RunningText));
        Assert.Equal(-(3 / 5.0 * Math.Log(3 / 5.0) + 2 / 5.0 * Math.Log(2 / 5.0)), entropy.Single, Rounding);
        Assert.Equal(0, entropy.Pairs, Rounding);
        Assert.Equal(new(0, 0), Entropy.Count(new(["a"], Split.RunningText)));
    }

    // Counted by a Python program with collections.Counter.
    [Fact]
    public void The_entropies_of_the_given_names_are_the_recorded_ones()
    {
        var corpus = Corpus.Parse(Recorded.Bytes("given-names.txt"), "given-names.txt", Split.Lines).OrThrow();
        Assert.Equal(2.852198211378007, Entropy.Count(corpus).Single, Rounding);
        Assert.Equal(2.424932314062238, Entropy.Count(corpus).Pairs, Rounding);
    }

    // 2.4540 is the published loss of the bigram model of makemore on these names.
    [DownloadedNamesFact]
    public void The_entropy_of_pairs_in_the_names_is_the_loss_of_makemores_bigrams()
    {
        var entropy = Entropy.Count(Corpus.Parse(DownloadedNamesFactAttribute.Names, "names", Split.Lines).OrThrow());
        Assert.Equal("2.8227 nats for a token, 2.4540 after the one before", $"{entropy}");
    }

    [Fact]
    public void The_order_of_documents_does_not_matter()
    {
        var corpus = new Corpus(["anna", "🦊b", "zoë", "a"]);
        var shuffled = Entropy.Count(corpus.Shuffle(PythonRandom.Seed(3)).Value);
        Assert.Equal(Entropy.Count(corpus).Single, shuffled.Single, Rounding);
        Assert.Equal(Entropy.Count(corpus).Pairs, shuffled.Pairs, Rounding);
    }
}
