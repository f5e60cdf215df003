using System.Xml.Linq;
using MicroGpt.Autograd;
using MicroGpt.Checkpoints;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Reports;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>The parts of a report, and its page.</summary>
public class ReportFacts
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml", Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void All_texts_at_the_smallest_distance_are_found_once()
    {
        var (texts, distance) = EditDistance.Nearest(["bob", "anna", "hanna", "anne", "anna", "ann"], "annx");
        Assert.Equal(["anna", "anne", "ann"], texts.ToArray());
        Assert.Equal(1, distance);
    }

    [Fact]
    public void Principal_components_are_the_axes_along_which_rows_differ()
    {
        // Points on an ellipse whose axes, 10 and 1 long, are rotated by an angle, far from the origin, in a plane of space.
        var (cosine, sine) = (Math.Cos(0.5), Math.Sin(0.5));
        (double Long, double Short)[] ellipse = [(10, 0), (-10, 0), (0, 1), (0, -1)];
        var rows = Matrix<double>.Of(4, 3, (i, j) => j switch
        {
            0 => 100 + cosine * ellipse[i].Long - sine * ellipse[i].Short,
            1 => -50 + sine * ellipse[i].Long + cosine * ellipse[i].Short,
            _ => 7,
        });
        var components = PrincipalComponents.Compute(rows);
        Assert.All(ellipse.Zip(components.Points), pair =>
        {
            Assert.Equal(pair.Item1.Long, pair.Item2.X, 1e-12); // rounding of numbers near 100
            Assert.Equal(Math.Abs(pair.Item1.Short), Math.Abs(pair.Item2.Y), 1e-12);
        });
        Assert.Equal(100.0 / 101, components.ExplainedVariance.X, 1e-12);
        Assert.Equal(1.0 / 101, components.ExplainedVariance.Y, 1e-12);
    }

    [Fact]
    public void Equal_rows_have_no_components()
    {
        var components = PrincipalComponents.Compute(Matrix<double>.Of(3, 1, (_, _) => 5));
        Assert.All(components.Points, point => Assert.Equal((0.0, 0.0), point));
        Assert.Equal((0.0, 0.0), components.ExplainedVariance);
    }

    [Fact]
    public void Cosines_are_those_of_the_angles_between_rows()
    {
        double[][] rows = [[1, 0], [3, 3], [0, -2], [0, 0]];
        var half = Math.Sqrt(0.5);
        double[] expected = [1, half, 0, 0, half, 1, -half, 0, 0, -half, 1, 0, 0, 0, 0, 0];
        Assert.All(
            expected.Zip(Similarity.Cosines(Matrix<double>.Of(4, 2, (i, j) => rows[i][j])).Entries),
            pair => Assert.Equal(pair.Item1, pair.Item2, 1e-15)); // a rounding or two
    }

    [Fact]
    public void A_forward_trace_has_the_scores_of_the_decoder_and_causal_attention()
    {
        var model = Trained("anna\nbob\n");
        var (gpt, parameters) = (new Gpt(model.Configuration), model.State.Parameters);
        var document = model.Tokenizer.Document("anna").OrThrow();
        var trace = ForwardTrace.Evaluate(gpt, parameters, document);
        var score = Score.Compute(Decoder.Of(gpt, parameters), document);
        Assert.Equal(score.Choices.Select(choice => choice.Token), trace.Score.Choices.Select(choice => choice.Token));
        Assert.Equal(score.Likelihood.LogProbability, trace.Score.Likelihood.LogProbability, 1e-12); // sums in another order
        Assert.Equal([(0, 0), (0, 1), (1, 0), (1, 1)], trace.Heads.Select(head => (head.Layer, head.Head)));
        foreach (var weights in trace.Heads.Select(head => head.Weights))
            for (var i = 0; i < weights.Rows; i++)
            {
                Assert.Equal(1, Enumerable.Range(0, i + 1).Sum(t => weights[i, t]), 1e-14); // a softmax, rounded
                Assert.All(Enumerable.Range(i + 1, weights.Columns - i - 1), t => Assert.Equal(0, weights[i, t]));
            }
    }

    [Fact]
    public void A_log_is_read_column_by_column_without_an_incomplete_last_line()
    {
        const string Text = "step,loss,learning_rate,gradient_norm,validation_loss,gradient_norm.wte\n"
            + "1,3.5,0.01,2,,1\n2,3,0.005,3,2.5,2\n3,2";
        var log = TrainingLog.Parse(TrainingLog.Lines(Text), "log").OrThrow();
        Assert.Equal([(1.0, 3.5), (2.0, 3.0)], log["loss"].Points.ToArray());
        Assert.Equal([(2.0, 2.5)], log["validation_loss"].Points.ToArray());
        Assert.Equal(["all together", "wte"], log.GradientNorms.Select(norm => norm.Name));
        Assert.Empty(log["nothing"].Points);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("\n", "its first line names no column step")]
    [InlineData("step,loss,learning_rate\n2,1,3\n2,1,3\n", "its line 3 is of step 2, which does not come after step 2")]
    [InlineData("step,loss,learning_rate\n1,2,3\nnotes", "its line 3 has 1 cells, and its first line 3")]
    [InlineData("step,loss\n1,2\n", "its first line names no column learning_rate")]
    [InlineData("step,loss,learning_rate\n", "it has no rows")]
    [InlineData("step,loss,learning_rate\n1,2,3\n2,3\n", "its line 3 has 2 cells, and its first line 3")]
    [InlineData("step,loss,learning_rate\n1,x,3\n", "the loss in its line 2 is not a number")]
    [InlineData("step,loss,learning_rate\n,1,3\n", "its line 2 has no step")]
    public void A_file_that_is_no_log_is_refused_with_the_line_at_fault(string text, string reason) => Assert.Equal(
        $"log.csv cannot be used as a log: {reason}; name a file that --log wrote.",
        TrainingLog.Parse(TrainingLog.Lines(text), "log.csv").ProblemOrThrow().Sentence);

    [Fact]
    public void A_page_is_well_formed_loads_nothing_and_escapes_its_data()
    {
        const string Hostile = "</text><script>alert('&\"')</script>\u0007";
        var page = XDocument.Parse(Page(Hostile, LanguageExt.Option<TrainingLog>.None));
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.Contains(page.Descendants(Html + "td"), cell => cell.Value == Hostile.Replace("\u0007", "\\u0007"));
        Assert.Contains(page.Descendants(Html + "h3"), heading => heading.Value == Hostile.Quote());
        Assert.All(
            page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "href" or "src"),
            attribute => Assert.StartsWith("#", attribute.Value));
        Assert.DoesNotContain("url(", page.ToString());
        Assert.DoesNotContain("NaN", page.ToString());
    }

    [Fact]
    public void A_page_has_every_section_and_a_sentence_under_every_picture()
    {
        const string Text = "step,loss,learning_rate,gradient_norm,validation_loss\n1,3.5,0.01,2,\n2,3,0.005,3,2.5\n";
        var log = TrainingLog.Parse(TrainingLog.Lines(Text), "log").OrThrow();
        var page = XDocument.Parse(Page("anna", log));
        Assert.Equal(
            ["training", "names", "texts", "embeddings", "gradient"],
            page.Descendants(Html + "section").Select(section => section.Attribute("id")!.Value));
        Assert.Equal(
            ["Loss", "Learning rate", "Size of the gradient", "Loss of each character", "What comes next", "Attention",
                "Characters in the plane", "Positions in the plane", "Which characters are alike"],
            page.Descendants(Html + "figure").Select(figure => figure.Element(Html + "h3")!.Value));
        Assert.All(page.Descendants(Svg + "svg"), picture =>
            Assert.Contains("Look for", picture.Ancestors(Html + "figure").Single().Element(Html + "figcaption")!.Value));
        Assert.Equal(4, page.Descendants(Svg + "svg").Count(picture => picture.Attribute("aria-label")!.Value.StartsWith("Attention")));
        Assert.Equal(15, page.Descendants(Html + "tr").Count(row => row.Value.EndsWith("ok")));
    }

    [Fact]
    public void The_losses_of_chance_and_of_tables_are_lines_in_the_chart_of_the_loss_from_the_highest_to_the_lowest()
    {
        const string Text = "step,loss,learning_rate\n1,3.5,0.01\n2,3,0.005\n";
        var page = XDocument.Parse(Page("anna", TrainingLog.Parse(TrainingLog.Lines(Text), "log").OrThrow()));
        var chart = page.Descendants(Svg + "svg").First();
        var heights = chart.Elements(Svg + "line").Where(line => line.Attribute("class")!.Value == "level").ToArray()
            .Select(line => (double)line.Attribute("y1")!).ToArray();
        Assert.Equal(heights.Order(), heights);
        Assert.Equal(3, heights.Distinct().Count());
        Assert.Equal(["chance", "characters", "pairs"], chart.Elements(Svg + "text").Select(text => text.Value).Intersect(
            ["chance", "characters", "pairs", "loss"]));
    }

    [Fact]
    public void The_published_losses_are_the_running_mean_of_those_that_the_original_computes()
    {
        var losses = Recorded.Json("names-default.json").GetProperty("losses").Doubles();
        Assert.All(OriginalRun.Losses, point => Assert.Equal(
            point.Loss, losses.Take(point.Step).Aggregate(new RunningMean(), (mean, loss) => mean.With(loss)).Value, 5e-4)); // 3 digits
        Assert.Equal(losses.Length, OriginalRun.Losses[^1].Step);
    }

    [Theory]
    [InlineData(OriginalRun.DataSha256, 100, 5)]
    [InlineData(OriginalRun.DataSha256, 1000, 23)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 1000, 0)]
    public void The_published_losses_are_a_curve_where_the_data_are_the_original_s_and_as_far_as_the_run(string data, int steps, int points)
    {
        var log = TrainingLog.Parse(TrainingLog.Lines($"step,loss,learning_rate\n1,3.5,0.01\n{steps},3,0.005\n"), "log").OrThrow();
        var chart = XDocument.Parse(Page("anna", log, data)).Descendants(Svg + "svg").First();
        var curve = chart.Elements(Svg + "path").Where(path => path.Attribute("class")!.Value == "reference");
        Assert.Equal(points, curve.Sum(path => path.Attribute("d")!.Value.Split('L').Length));
        Assert.Equal(points > 0, chart.Elements(Svg + "text").Any(text => text.Value == "original"));
    }

    [Fact]
    public void Repetition_of_documents_is_the_share_that_stands_there_more_than_once()
    {
        Assert.Equal(0.6, Repetition.Estimate(new(["ann", "bob", "ann", "eve", "ann"]), 20, 8), 1e-15); // 1 - 2/5, rounded
        Assert.Equal(0, Repetition.Estimate(new(["ann", "bob"]), 20, 8));
    }

    [Fact]
    public void Repetition_of_running_text_compares_each_block_with_the_rest()
    {
        Assert.Equal(1, Repetition.Estimate(Running("abcdabcdabcd"), 3, 4));
        Assert.Equal(0, Repetition.Estimate(Running("abcdefghijkl"), 3, 4));
        Assert.Equal(0.5, Repetition.Estimate(Running("abcdxxabyycd"), 2, 4)); // of abcd, ab; of yycd, cd
        Assert.Equal(0, Repetition.Estimate(Running("abc"), 2, 4)); // shorter than a block

        static Corpus Running(string text) => new([text], Split.RunningText);
    }

    [Fact]
    public void Samples_that_stand_in_the_data_are_counted_beside_new_text_and_text_that_is_known_by_heart()
    {
        var page = XDocument.Parse(Page("anna", LanguageExt.Option<TrainingLog>.None)).Root!.Value;
        Assert.Contains("1 of 1 are whole documents of the list, 100 %. Of new documents from the same source, 25 % would be, ", page);
    }

    [Fact]
    public void No_two_labels_in_the_plane_overlap()
    {
        var page = XDocument.Parse(Page("sphinxofblackquartzjudgemyvow", LanguageExt.Option<TrainingLog>.None));
        foreach (var picture in page.Descendants(Svg + "svg"))
        {
            var places = picture.Descendants(Svg + "text").Where(label => label.Attribute("class")!.Value == "point")
                .Select(label => (X: (double)label.Attribute("x")!, Y: (double)label.Attribute("y")!)).ToArray();
            const double Letter = 12; // pixels
            Assert.All(places.Index(), place => Assert.All(places[..place.Index], other => Assert.InRange(
                Math.Sqrt(Math.Pow(place.Item.X - other.X, 2) + Math.Pow(place.Item.Y - other.Y, 2)), Letter, double.MaxValue)));
        }
    }

    private static string Page(string text, LanguageExt.Option<TrainingLog> log, string? dataSha256 = null)
    {
        var saved = Trained($"{text}\nanna\nbob\n");
        var model = saved with { DataSha256 = dataSha256 ?? saved.DataSha256 };
        var (gpt, parameters, document) = (new Gpt(model.Configuration), model.State.Parameters, model.Tokenizer.Document(text).OrThrow());
        return new Report(
            model, log, [NearestNames.Find([text], text) with { IsCopy = true }], 0.25, new Entropy(1.5, 1),
            [(text, ForwardTrace.Evaluate(gpt, parameters, document))],
            [
                .. model.Configuration.Table.Definitions.Select(matrix =>
                    new MatrixCheck(matrix, 8, Deviation.None, Deviation.None, Deviation.None)),
            ]).Html;
    }

    // Two layers of two heads, untrained.
    private static Checkpoint Trained(string names)
    {
        var tokenizer = Tokenizer.Of(new([.. names.Split('\n', StringSplitOptions.RemoveEmptyEntries)]));
        var schedule = TrainingSchedule.Create(10, 0.01).OrThrow();
        var run = RunConfiguration.Default with { Sizes = new(4, 2, 2, 8), Schedule = schedule, Seed = 1 };
        var (parameters, random) = Parameters.Draw(run.Sizes.Configure(tokenizer.VocabSize).OrThrow().Table, PythonRandom.Seed(1));
        return new(TrainingState.Start(parameters, Optimizers.Default), random, tokenizer, run, new string('0', 64));
    }
}
