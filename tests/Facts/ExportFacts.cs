using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Compilation;
using MicroGpt.Export;
using MicroGpt.Properties;

namespace MicroGpt.Facts;

/// <summary>Expressions as ONNX. The tests in tests/Onnx run the graphs in a foreign engine.</summary>
public class ExportFacts
{
    private static readonly BatchCase Batch = new([2, 1], 0, new(2, 3), HeadSize: 2, Vocabulary: 3, [0, 1, 2]);

    // The operations of the catalogue that models are made of, each applied to the first shapes that fit it.
    private static readonly ImmutableArray<Application> Applications =
    [
        .. from entry in Catalogue.All(Batch)
           where IsMapped(entry.Operation.GetType())
           select entry.Of(Catalogue.Fitting(
               Batch.Shapes, shape => shape, entry.Arity, shapes => entry.Operation.Fits(shapes, Batch)).First()),
    ];

    [Fact]
    public void Each_operation_has_a_mapping() => Assert.All(Applications, application => Assert.True(
        Export(application).IsSuccess, $"{Export(application)}"));

    [Fact]
    public void Each_operation_that_models_are_made_of_is_tested()
    {
        var operations =
            from type in typeof(Expr).Assembly.GetTypes()
            where !type.IsAbstract && !type.IsGenericTypeDefinition && type.IsAssignableTo(typeof(Operation)) && IsMapped(type)
            select type.Name;
        var scalars =
            from type in typeof(Expr).Assembly.GetTypes()
            where type.IsValueType && (type.IsAssignableTo(typeof(IUnaryOp)) || type.IsAssignableTo(typeof(IBinaryOp)))
            select type.Name;
        Assert.Equal(
            operations.Concat(scalars).Order(),
            Applications.Select(each => each.Operation.GetType()).Select(type => type.IsGenericType ? type.GetGenericArguments()[0] : type)
                .Select(type => type.Name).Distinct().Order());
    }

    [Fact]
    public void An_operation_without_a_mapping_is_a_problem_that_names_it()
    {
        var x = new Variable("x", Shape.Scalar);
        var sum = new Application(new SumOfProducts(3), x, x, x);
        Assert.Equal(
            "The operation sum-of-products(3) has no mapping to ONNX; add one to OnnxMapping.",
            Assert.Single(Export((sum + sum).Exp()).FailToSeq()).Sentence);
    }

    // Operations of Compilation appear after the export.
    private static bool IsMapped(Type operation) =>
        operation.Assembly == typeof(Expr).Assembly && operation.Namespace != typeof(Fused).Namespace;

    private static LanguageExt.Validation<Problem, OnnxGraph> Export(Expr expression)
    {
        var list = new OnnxInput("list", OnnxType.Whole, "n");
        return new ExpressionExport(
                new(OnnxType.Double, list, list, list),
                variable => new OnnxInput(variable.Name, OnnxType.Double, ExpressionExport.AxesOf(variable.Shape)),
                _ => list)
            .Map([expression]).Map(mapped => OnnxGraph.Of(
                [list], [new("y", mapped.Values[0], OnnxType.Double, ExpressionExport.AxesOf(expression.Shape))], mapped.Scopes));
    }
}
