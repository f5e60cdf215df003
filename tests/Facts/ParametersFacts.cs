using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>A number for each parameter of a model, no more and no fewer.</summary>
public class ParametersFacts
{
    private static readonly Configuration Configuration = Configuration.Create(4, 2, 1, 8, 6).OrThrow();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(273)]
    public void Too_few_or_too_many_values_are_refused(int count)
    {
        ImmutableArray<double> numbers = [.. new double[count]];
        var sentence = $"{count} numbers were given for the 272 parameters of {Configuration}.";
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new Parameters(Configuration, numbers)).Message);
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => Parameters.Zero(Configuration) with { Values = numbers }).Message);
    }

    [Fact]
    public void One_value_for_each_parameter_is_accepted() =>
        Assert.Equal(
            Configuration.ParameterShapes.Sum(shape => shape.Count), new Parameters(Configuration, [.. new double[272]]).Values.Length);
}
