using System.Collections.Immutable;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Reports;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>A resumed run and its log. Texts of files have a character for each byte.</summary>
public class TrainingLogFacts
{
    private const int Steps = 5;
    private const string Mark = "\u00EF\u00BB\u00BF";

    private static readonly ImmutableArray<Checkpoint> Saved = Train(Steps, seed: 1, new Adam(), out Rows);
    private static readonly ImmutableArray<string> Rows;
    private static readonly string Header = TrainingLog.FormatHeader(Saved[0].Configuration);

    /// <summary>Every cut of every log, resumed at every step: no whole row of a step that was made is lost or changed.</summary>
    [Theory]
    [InlineData("", "\n")]
    [InlineData("", "\r\n")]
    [InlineData(Mark, "\n")]
    [InlineData(Mark, "\r\n")]
    public void A_resumed_log_has_the_rows_of_a_run_that_never_stopped(string mark, string newLine)
    {
        for (var first = 0; first < Steps; first++)
        {
            var whole = mark + string.Concat(Rows[first..].Prepend(Header).Select(line => line + newLine));
            for (var cut = 0; cut <= whole.Length; cut++)
                for (var made = 0; made <= Steps; made++)
                {
                    var log = whole[..cut];
                    var resumed = Resume(log, made);
                    var kept = Rows.Where((row, i) => i >= first && i < made && IsWhole(log, row)).ToArray();
                    Assert.Equal([Header, .. kept.Concat(Rows[made..]).Select(WithoutSpeed), ""], Cells(resumed));
                    Assert.StartsWith(log[..Math.Min(cut, End(log, kept))], resumed);
                    Assert.DoesNotContain("\r\r", resumed);
                    if (cut == whole.Length && made >= first) Assert.Equal(whole, resumed);
                    if (log.Contains('\n'))
                        Assert.All(resumed.Split('\n')[..^1], line => Assert.Equal(newLine == "\r\n", line.EndsWith('\r')));
                }
        }
    }

    [Fact]
    public void A_log_may_lack_steps_in_the_middle()
    {
        var log = $"{Header}\n{Rows[1]}\n{Rows[3]}\n";
        Assert.Equal(log + Rows[4] + "\n", Resume(log, 4));
    }

    [Theory]
    [InlineData("dear diary\n", "its first line is “dear diary”, not the names of its columns")]
    [InlineData("\n\n", "its first line is “”, not the names of its columns")]
    [InlineData("H\n# notes\n", "its line 2 has 1 cells, and its first line 16")]
    [InlineData("H\n1\n# notes", "its line 3 has 1 cells, and its first line 16")]
    [InlineData("H\n1\n\n", "its line 3 has 1 cells, and its first line 16")]
    [InlineData("H\n1\n1\n", "its line 3 is of step 1, which does not come after step 1")]
    [InlineData("H\n2\n1\n", "its line 3 is of step 1, which does not come after step 2")]
    [InlineData("H\n5\n3\n", "its line 3 is of step 3, which does not come after step 5")]
    [InlineData("H\n1\n,,,,,,,,,,,,,,,\n", "its line 3 has no step")]
    [InlineData("H\n1\n2,a,,,,,,,,,,,,,,\n", "the loss in its line 3 is not a number")]
    [InlineData("H\n1\n9,,,,,,,,,,,,,,,\n", "it has step 9, and the run has 5 steps")]
    [InlineData("step;loss\n", "its first line is “step;loss”, not the names of its columns")]
    [InlineData("step,loss,learning_rate\n", "it has no column gradient_norm")]
    [InlineData("step,loss,learning_rate,gradient_norm.layer7.attn_wq\n",
        "it has a column gradient_norm.layer7.attn_wq, and the model has no such matrix")]
    [InlineData("step,loss,learning_rate,gradient_norm.wte\n", "it has no column gradient_norm.wpe")]
    public void A_file_that_is_not_the_log_of_the_run_is_refused_whole(string text, string reason)
    {
        var lines = TrainingLog.Lines(text).Select(line => line.TrimEnd('\n') switch
        {
            "H" => Header + "\n",
            [var step and >= '1' and <= '5'] => Rows[step - '1'] + "\n",
            _ => line,
        });
        Assert.Equal(
            $"log.csv is not the log of this run: {reason}; name another file with --log, or replace it with --force.",
            LogPrefix.Find(lines, Saved[2], "log.csv").ProblemOrThrow().Sentence);
    }

    [Fact]
    public void The_log_of_a_run_with_another_seed_is_refused_by_its_gradients()
    {
        Train(Steps, seed: 2, new Adam(), out var others);
        var log = string.Concat(others.Prepend(Header).Select(line => line + "\n"));
        const string Sentence = "log.csv is not the log of this run: its gradient_norm.wte up to step 3 is not that of the run";
        Assert.StartsWith(Sentence, LogPrefix.Find(TrainingLog.Lines(log), Saved[3], "log.csv").ProblemOrThrow().Sentence);
        Assert.StartsWith(Sentence, LogOrigin.Check(Parse(log), Saved[3], "log.csv").ProblemOrThrow().Sentence);
    }

    [Fact]
    public void The_log_of_a_run_and_every_part_of_it_is_accepted_at_each_of_its_steps()
    {
        for (var first = 0; first < Steps; first++)
            for (var last = first + 1; last <= Steps; last++)
            {
                var log = Parse(string.Concat(Rows[first..last].Prepend(Header).Select(line => line + "\n")));
                Assert.All(Saved, run => Assert.Equal(log, LogOrigin.Check(log, run, "log.csv").OrThrow()));
            }
    }

    // The log has the norms before clipping, and the run keeps the squares of clipped gradients. 1 is near the norms.
    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    public void The_log_of_a_clipped_run_is_accepted_and_that_of_another_refused(double clip)
    {
        var saved = Train(Steps, seed: 1, new Adam { Clip = clip }, out var rows);
        Train(Steps, seed: 2, new Adam { Clip = clip }, out var others);
        string Log(IEnumerable<string> rows) => string.Concat(rows.Prepend(Header).Select(line => line + "\n"));
        foreach (var run in saved)
        {
            Assert.Equal(Parse(Log(rows)), LogOrigin.Check(Parse(Log(rows)), run, "log.csv").OrThrow());
            Assert.Equal(run.State.Step, LogPrefix.Find(TrainingLog.Lines(Log(rows)), run, "log.csv").OrThrow().LastStep);
            if (run.State.Step == 0) continue;
            Assert.True(LogOrigin.Check(Parse(Log(others)), run, "log.csv").IsLeft);
            Assert.True(LogPrefix.Find(TrainingLog.Lines(Log(others)), run, "log.csv").IsLeft);
        }
    }

    private static string Resume(string log, int made)
    {
        var prefix = LogPrefix.Find(TrainingLog.Lines(log), Saved[made], "log.csv").OrThrow();
        return log[..(int)prefix.Length] + prefix.Junction + string.Concat(Rows[made..].Select(row => row + prefix.NewLine));
    }

    private static TrainingLog Parse(string text) => TrainingLog.Parse(TrainingLog.Lines(text), "log.csv").OrThrow();

    // A row without a digit of its speed is not whole.
    private static bool IsWhole(string log, string row) => log.Contains(row[..(row.LastIndexOf(',') + 1)]);

    private static int End(string log, string[] rows) =>
        rows is [.., var last] ? log.IndexOf(last[..(last.LastIndexOf(',') + 1)]) + last.Length : 0;

    private static IEnumerable<string> Cells(string log) =>
        log.Replace(Mark, "").Split('\n').Select(line => line.StartsWith("step") ? line.TrimEnd('\r') : WithoutSpeed(line));

    private static string WithoutSpeed(string row) => row[..Math.Max(0, row.LastIndexOf(','))];

    // A run of a small model: its state after each number of steps, from 0, and its rows.
    private static ImmutableArray<Checkpoint> Train(int steps, int seed, Optimizer optimizer, out ImmutableArray<string> rows)
    {
        var tokenizer = Tokenizer.Of(new(["anna", "bob"]));
        var sizes = Configuration.Create(nEmbd: 2, nHead: 1, nLayer: 1, blockSize: 4, tokenizer.VocabSize).OrThrow();
        var (parameters, random) = Parameters.Draw(sizes.Table, PythonRandom.Seed(seed));
        var schedule = TrainingSchedule.Create(steps, 0.01).OrThrow();
        var run = RunConfiguration.Default with
        {
            Sizes = new(sizes.NEmbd, sizes.NHead, sizes.NLayer, sizes.BlockSize),
            Schedule = schedule,
            Seed = seed,
            Engine = EngineKind.Scalar,
            Optimizer = optimizer,
        };
        var begun = new Checkpoint(TrainingState.Start(parameters, optimizer), random, tokenizer, run, new string('0', 64));
        var data = new TrainingData(schedule, [tokenizer.Document("anna").OrThrow(), tokenizer.Document("bob").OrThrow()]);
        var model = new Gpt(sizes).Model;
        var trainer = Trainers.Create(model, Engines.Scalar(model), data, optimizer);
        var (states, lines) = (ImmutableArray.Create(begun), ImmutableArray.CreateBuilder<string>());
        for (var step = 0; step < steps; step++)
        {
            var (state, results) = trainer.Steps(states[^1].State, 1).OrThrow();
            states = states.Add(begun with { State = state });
            var validation = step % 2 == 0 ? new MeanLosses(2.5, 2.75) : LanguageExt.Option<MeanLosses>.None;
            lines.Add(TrainingLog.FormatRow(step + 1, results[0], schedule.RateAt(step), validation, documentsPerSecond: 1234));
        }
        rows = lines.ToImmutable();
        return states;
    }
}
