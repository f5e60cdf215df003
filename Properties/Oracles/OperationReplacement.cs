using MicroGpt.Autograd;

namespace MicroGpt.Properties;

/// <summary>Expressions with other operations in place of some of theirs.</summary>
public static class OperationReplacement
{
    /// <summary>The expression with <paramref name="replace"/> applied to each operation. Its variables stay the same.</summary>
    public static Expr Replace(this Expr expression, Func<Operation, Operation> replace) => Rewriting.Rewrite(
        [expression],
        variable => variable,
        constant => constant,
        application => new Application(replace(application.Operation), application.Arguments))[0];
}
