using System.Collections.Immutable;
using MicroGpt.Model;

namespace MicroGpt.Facts;

/// <summary>A number for each parameter of a model, no more and no fewer.</summary>
public class ParametersFacts
{
    private static readonly ParameterTable Table = Configuration.Create(4, 2, 1, 8, 6).OrThrow().Table;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(273)]
    public void Too_few_or_too_many_values_are_refused(int count)
    {
        ImmutableArray<double> numbers = [.. new double[count]];
        var sentence = $"{count} numbers were given for 272 parameters: "
            + "wte [6, 4], wpe [8, 4], lm_head [6, 4], layer0.attn_wq [4, 4], … 5 more.";
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new Parameters(Table, numbers)).Message);
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => Parameters.Zero(Table) with { Values = numbers }).Message);
    }

    [Fact]
    public void One_value_for_each_parameter_is_accepted() =>
        Assert.Equal(
            Table.Definitions.Sum(matrix => matrix.Count), new Parameters(Table, [.. new double[272]]).Values.Length);

    [Theory]
    [InlineData(0, "wte[0, 0]")]
    [InlineData(5, "wte[1, 1]")]
    [InlineData(23, "wte[5, 3]")]
    [InlineData(24, "wpe[0, 0]")]
    [InlineData(271, "layer0.mlp_fc2[3, 15]")]
    public void A_parameter_is_named_by_its_matrix_row_and_column(int parameter, string name) =>
        Assert.Equal(name, Table.NameOf(parameter));

    [Fact]
    public void There_is_no_parameter_after_the_last() =>
        Assert.Throws<ArgumentOutOfRangeException>("parameter", () => Table.NameOf(272));

    [Fact]
    public void Parameters_are_equal_if_their_tables_and_their_values_are()
    {
        var zero = Parameters.Zero(Table);
        Assert.Equal(zero, Parameters.Zero(Configuration.Create(4, 2, 1, 8, 6).OrThrow().Table));
        Assert.NotEqual(zero, Parameters.Zero(new([ParameterDefinition.Weight("w", 1, 272)])));
        Assert.NotEqual(zero, zero with { Values = zero.Values.SetItem(271, 1) });
        Assert.False(zero.Equals((Parameters?)null));
    }
}
