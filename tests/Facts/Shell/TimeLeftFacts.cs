using MicroGpt.Shell.Output;

namespace MicroGpt.Facts.Shell;

public class TimeLeftFacts
{
    [Theory]
    [InlineData(0, 100, 10, 10, "step 10 / 100, 0:01:30 left")]
    [InlineData(0, 100, 100, 10, "step 100 / 100, 0:00:00 left")]
    [InlineData(90, 100, 95, 60, "step 95 / 100, 0:01:00 left")]
    [InlineData(0, 100000, 10, 20, "step 10 / 100000, 55:33:00 left")]
    [InlineData(0, 100, 0, 10, "step 0 / 100, 0:16:40 left")]
    [InlineData(0, int.MaxValue, 1, 100_000, "step 1 / 2147483647, 59652323500:00:00 left")]
    public void The_time_left_is_that_of_as_many_steps_as_are_left(int from, int total, int made, int seconds, string line)
    {
        var clock = new ManualClock();
        var time = new TimeLeft("step", from, total, clock);
        clock.Advance(seconds);
        Assert.Equal(line, time.Format(made));
    }

    [Fact]
    public void The_line_is_told_once_a_minute()
    {
        var clock = new ManualClock();
        var time = new TimeLeft("step", 0, 1000, clock);
        var told = Enumerable.Range(1, 10).Select(i =>
        {
            clock.Advance(25);
            return time.Tell(10 * i).IsSome;
        });
        Assert.Equal([false, false, true, false, false, true, false, false, true, false], told);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => now;

        public void Advance(long seconds) => now += seconds;
    }
}
