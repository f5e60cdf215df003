using MicroGpt.Model;
using MicroGpt.Training;

namespace MicroGpt.Facts.Exercises;

/// <summary>A GPT whose parameters are all 0 gives every token the same chance, and has nothing to learn from.</summary>
public class GptExercise
{
    // Every way from the loss to a parameter leads through a product whose other factor is 0: a row of zeros, or a matrix of them.
    [Fact]
    public void A_GPT_of_zeros_has_the_loss_log_27_and_the_gradient_0()
    {
        var configuration = Configuration.Create(nEmbd: 16, nHead: 4, nLayer: 1, blockSize: 16, vocabSize: 27).OrThrow();
        var model = new Gpt(configuration).Model;
        var batch = Batch.Of(model, [26, 0, 13, 13, 0, 26]);
        var (loss, gradient) = Engines.Scalar(model)(Parameters.Zero(model.Table), batch);
        Assert.Equal(Math.Log(27), loss, 1e-14); // five equal terms, summed and divided
        Assert.All(gradient.Values, g => Assert.Equal(0, g));
    }
}
