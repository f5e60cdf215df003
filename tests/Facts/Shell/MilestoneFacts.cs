using LanguageExt;
using MicroGpt.Shell.Runs;
using static LanguageExt.Prelude;

namespace MicroGpt.Facts.Shell;

public class MilestoneFacts
{
    [Theory]
    [InlineData(1, null, true)]
    [InlineData(7, 2, true)]
    [InlineData(25, null, true)]
    [InlineData(25, 3, true)]
    [InlineData(25, 3, false)]
    [InlineData(100, 10, true)]
    [InlineData(2147483647, 1000000000, true)]
    public void A_run_stops_where_it_saves_and_validates_and_before_each_validation(int steps, int? saveEvery, bool validates)
    {
        var milestones = new Milestones(steps, saveEvery is { } n ? Some(n) : None, validates);
        var stops = new List<int>();
        for (var step = 0; step < steps; stops.Add(step)) step = milestones.Next(step);

        var every = validates ? Math.Max(1, steps / 10) : steps;
        var validated = Multiples(every).Where(_ => validates).ToArray();
        var saved = Multiples(saveEvery ?? steps);
        var around = validated.SelectMany(step => new[] { step - 1, step });
        Assert.Equal(around.Concat(saved).Where(step => step > 0).Distinct().Order(), stops);
        Assert.All(stops, step => Assert.Equal(
            (saved.Contains(step), validated.Contains(step)), (milestones.IsSaveDue(step), milestones.IsValidationDue(step))));

        int[] Multiples(int of) =>
            [.. Enumerable.Range(1, steps / of).Select(k => k * of).Append(steps).Distinct()];
    }
}
