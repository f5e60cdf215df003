using MicroGpt.Autograd;

namespace MicroGpt.Facts.Exercises;

/// <summary>To look a row up is to multiply by a row of zeros with a single 1.</summary>
public class EmbeddingExercise
{
    private static readonly Indices Tokens = new("tokens");

    private static Expr LookUp(Expr table) =>
        new Constant(1, new(Extent.Positions, 1)).Place(Tokens, table.Shape.Rows.IfFixed!.Value).Times(table);

    [Fact]
    public void A_product_with_one_hot_rows_is_a_gather_and_so_is_its_gradient()
    {
        Variable table = new("table", new(3, 2)), cotangent = new("cotangent", new(Extent.Positions, 2));
        var here = Environment<Real>.Of(Inputs.Of(Packing.Of(4)).With(Tokens, [0, 2, 2, 0]))
            .With(table, Numbers(3, 2)).With(cotangent, Numbers(4, 2));

        Expr[] WithGradient(Expr rows) => [rows, rows.Vjp(cotangent)[table]];
        foreach (var (product, gather) in WithGradient(LookUp(table)).Zip(WithGradient(table.Gather(Tokens))))
            Assert.Equal<Real>(gather.Evaluate(here).Entries, product.Evaluate(here).Entries);
    }

    private static Matrix<Real> Numbers(int rows, int columns) => Matrix<Real>.Of(rows, columns, (i, j) => new(10 * i + j));
}
