using System.Collections.Immutable;
using MicroGpt.Compilation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

public class BackendFacts
{
    [Fact]
    public void Each_engine_has_one_backend_in_double_precision() => Assert.All(Enum.GetValues<EngineKind>(), engine =>
        Assert.Equal(Backends.InDouble(engine), Assert.Single(
            Backends.All, backend => (backend.Engine, backend.Precision) == (engine, Precision.Double))));

    [Fact]
    public void The_unit_roundoff_is_half_the_distance_from_one_to_the_next_number() => Assert.All(Backends.All, backend =>
        Assert.Equal(
            backend.Precision == Precision.Single ? MathF.BitIncrement(1) - 1 : Math.BitIncrement(1) - 1, 2 * backend.UnitRoundoff));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Threads_share_documents_and_change_no_bit(int threads)
    {
        var corpus = Corpus.Parse(Recorded.Bytes("given-names.txt"), "given-names.txt", Split.Lines).OrThrow();
        var tokenizer = Tokenizer.Of(corpus);
        var model = new Gpt(Configuration.Create(nEmbd: 8, nHead: 2, nLayer: 1, blockSize: 8, tokenizer.VocabSize).OrThrow()).Model;
        var parameters = Parameters.Draw(model.Table, PythonRandom.Seed(42)).Value;
        ImmutableArray<ImmutableArray<int>> documents =
            [.. corpus.Documents.Take(200).Select(document => tokenizer.Document(document).OrThrow())];
        Assert.All(Backends.All.Where(backend => backend.Engine == EngineKind.Compiled), backend => Assert.Equal(
            backend.CreateScorer(model)(parameters, documents).AsEnumerable(),
            backend.CreateScorer(model, threads)(parameters, documents)));
    }
}
