using MicroGpt.Shell.Data;
using MicroGpt.Shell.Runs;
using MicroGpt.Training;

namespace MicroGpt.Facts.Shell;

public class UntrainedModelFacts
{
    private static readonly UntrainedModel Model = UntrainedModel
        .Create(RunConfiguration.Default with { Sizes = new(NEmbd: 4, NHead: 2, NLayer: 1, BlockSize: 3), Seed = 1 },
            new LoadedCorpus(new(["anna", "bob"]), default)).OrThrow();

    [Fact]
    public void An_empty_document_is_encoded_as_BOS_twice() =>
        Assert.Equal([4, 4], Model.Encode([""]).OrThrow().Single().ToArray());

    [Fact]
    public void A_document_is_encoded_up_to_one_character_after_the_block() =>
        Assert.Equal("anna", Model.Tokenizer.Decode(Model.Encode(["annabob"]).OrThrow()[0].AsSpan()));

    [Fact]
    public void A_character_that_the_alphabet_lacks_is_a_problem() => Assert.Equal(
        "Character 2 of “ax” is x (U+0078), which the alphabet lacks; use only “abno”.",
        Model.Encode(["bob", "ax", ""]).FailToSeq().Single().Sentence);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 2)]
    [InlineData(5, 5, 25)]
    [InlineData(int.MaxValue, 2, int.MaxValue)]
    public void A_schedule_counts_the_documents_of_all_steps(int steps, int batchSize, int documents) =>
        Assert.Equal(documents, TrainingSchedule.Create(steps, 0.01, batchSize).OrThrow().DocumentCount);
}
