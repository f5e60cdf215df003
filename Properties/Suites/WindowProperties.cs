using FsCheck;
using FsCheck.Fluent;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>Running text: its windows, and GPTs that learn from them, by every backend.</summary>
public class WindowProperties
{
    private const int MostWindows = 4;

    [Law(200)]
    public Property Running_text_has_no_BOS(Texts texts) => WindowLaws.HasNoBos(texts.Corpus, TextLaws.Encode);

    [Law(200)]
    public Property A_window_is_a_stretch_of_the_text(NumberedText text) => WindowLaws.AreStretches(text, WindowLaws.Draw);

    [Trait("Speed", "Slow")]
    [Law(20)]
    public Property A_window_begins_anywhere_with_the_same_chance(NumberedText text) => WindowLaws.BeginAnywhere(text, WindowLaws.Draw);

    [Trait("Speed", "Slow")]
    [Law(5)]
    public Property Every_parameter_s_derivative_on_windows_is_its_complex_step(WindowedCase windowed) =>
        GptLaws.IsTheOracle(windowed.Model, Engines.Expression, Oracles.ByComplexStep);

    [Law(30)]
    public Property The_engine_is_right_on_windows_to_its_precision(WindowedCase windowed) => Each(backend =>
        EquivalenceLaws.IsRightToItsPrecision(
            windowed.Model, model => backend.CreateEngine(model, MostWindows), backend.UnitRoundoff));

    [Law(30)]
    public Property A_batch_s_gradient_is_the_mean_of_its_windows(WindowedCase windowed) =>
        GptLaws.IsTheMeanOfTheDocuments(windowed.Model, Engines.Expression);

    [Law(30)]
    public Property Renaming_the_characters_rearranges_the_gradient(WindowedCase windowed) =>
        GptLaws.IsRearrangedWithTheModel(windowed.Model, Symmetries.OfTokens(windowed.Model), Engines.Expression);

    [Law(30)]
    public Property Permuting_the_heads_rearranges_the_gradient_of_windows(WindowedCase windowed) =>
        GptLaws.IsRearrangedWithTheModel(windowed.Model, Symmetries.OfHeads(windowed.Model), Engines.Expression);

    [Law(30)]
    public Property Logits_of_a_window_look_only_back(WindowedCase windowed) => LogitLaws.LookOnlyBack(windowed.Model, LogitLaws.AtOnce);

    [Law(30)]
    public Property The_likelihood_of_a_window_is_that_of_its_tokens(WindowedCase windowed) => Each(backend =>
        EquivalenceLaws.ScoresToItsPrecision(
            windowed.Model, model => backend.CreateScorer(model, threads: 2), backend.UnitRoundoff));

    [Law(20)]
    public Property Training_on_windows_goes_on_where_it_stopped(WindowedCase windowed, byte first, byte second) => Each(backend =>
        CompilationLaws.GoesOnWhereItStopped(
            windowed.Model,
            backend.CreateTrainer(windowed.Model.Model, windowed.Data(600, batchSize: 2), Optimizers.Default, threads: 2),
            first % 3, second % 3));

    private static Property Each(Func<Backend, Property> law) => Backends.All
        .Aggregate(true.ToProperty(), (all, backend) => all.And(law(backend).Label($"by the backend {backend}")));
}
