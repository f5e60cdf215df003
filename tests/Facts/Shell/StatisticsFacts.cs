using MicroGpt.Shell.Measurement;

namespace MicroGpt.Facts.Shell;

public class StatisticsFacts
{
    [Fact]
    public void Mean_deviation_minimum_and_maximum_are_computed() =>
        Assert.Equal(new Statistics(2, 1, 1, 3), Statistics.Compute([1, 3, 1, 3]));
}
