using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

public class RunningTextFacts
{
    private const int BlockSize = 8;

    [Fact]
    public void The_windows_drawn_and_the_loss_of_the_held_out_windows_are_those_of_the_Python_oracle()
    {
        var recorded = Recorded.Json("running-text.json");
        var corpus = Corpus.Parse(Recorded.Bytes("given-names.txt"), "given-names.txt", Split.RunningText).OrThrow();
        var tokenizer = Tokenizer.Of(corpus);
        var (kept, heldOut) = corpus.HoldOut(0.1).OrThrow();
        var (text, rest) = (Windowed(tokenizer, kept.Documents[0]), Windowed(tokenizer, heldOut[0]));
        Assert.Equal(recorded.GetProperty("characters").GetInt32(), text.Tokens.Length + rest.Tokens.Length);
        Assert.Equal(recorded.GetProperty("vocab_size").GetInt32(), tokenizer.VocabSize);
        Assert.Equal(recorded.GetProperty("held_out").GetInt32(), rest.Tokens.Length);

        foreach (var (step, offsets) in recorded.GetProperty("offsets").EnumerateArray().Index())
            Assert.Equal(
                offsets.EnumerateArray().Select(offset => text.Tokens.Slice(offset.GetInt32(), BlockSize + 1).AsEnumerable()),
                text.Draw(seed: 42, step, count: 3).Select(window => window.AsEnumerable()));

        var gpt = new Gpt(Configuration.Create(nEmbd: 8, nHead: 2, nLayer: 1, BlockSize, tokenizer.VocabSize).OrThrow());
        var parameters = Parameters.Draw(gpt.Model.Table, PythonRandom.Seed(42)).Value;
        Assert.Equal(recorded.GetProperty("windows").GetInt32(), rest.Windows.Length);
        var loss = MeanLosses.Average(Scorers.Create(gpt.Model)(parameters, rest.Windows)).PerToken;
        Assert.Equal(recorded.GetProperty("validation_loss").GetDouble(), loss, 1e-13); // the sums have another order
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    [InlineData(26, 3)]
    public void Windows_in_order_predict_each_token_of_whole_windows_once(int length, int windows)
    {
        var text = RunningText.Create("the text", [.. Enumerable.Range(0, length)], BlockSize).OrThrow();
        Assert.Equal(windows, text.Windows.Length);
        Assert.All(text.Windows, window => Assert.Equal(BlockSize + 1, window.Length));
        Assert.Equal(Enumerable.Range(1, windows * BlockSize), text.Windows.SelectMany(window => window.Skip(1)));
    }

    [Fact]
    public void Every_whole_window_can_be_drawn_and_no_other()
    {
        var text = RunningText.Create("the text", [.. Enumerable.Range(0, 12)], BlockSize).OrThrow();
        var drawn = Enumerable.Range(0, 100).SelectMany(step => text.Draw(seed: 1, step, count: 2)).ToArray();
        Assert.Equal([0, 1, 2, 3], drawn.Select(window => window[0]).Distinct().Order());
        Assert.All(drawn, window => Assert.Equal(Enumerable.Range(window[0], BlockSize + 1), window));
    }

    [Fact]
    public void The_windows_of_a_step_depend_on_the_seed_and_the_step_alone()
    {
        var text = RunningText.Create("the text", [.. Enumerable.Range(0, 1000)], BlockSize).OrThrow();
        Assert.Equal(Offsets(1, 5, 4), Offsets(1, 5, 6).Take(4)); // a larger batch begins with those of a smaller one
        Assert.NotEqual(Offsets(1, 5, 4), Offsets(1, 6, 4));
        Assert.NotEqual(Offsets(1, 5, 4), Offsets(2, 5, 4));

        IEnumerable<int> Offsets(int seed, int step, int count) => text.Draw(seed, step, count).Select(window => window[0]);
    }

    [Fact]
    public void A_text_without_a_whole_window_is_a_problem() => Assert.Equal(
        "The text has 8 characters, and a window of block_size 8 needs 9; choose a smaller block_size, or a longer text.",
        RunningText.Create("The text", [.. Enumerable.Range(0, 8)], BlockSize).ToEither().MapLeft(problems => problems.Head)
            .ProblemOrThrow().Sentence);

    private static RunningText Windowed(Tokenizer tokenizer, string text) =>
        RunningText.Create("the text", tokenizer.Encode(text).OrThrow(), BlockSize).OrThrow();
}
