using System.Collections.Immutable;
using MicroGpt.Autograd;

namespace MicroGpt.Facts;

/// <summary>Autograd is a library by itself: it knows no GPT.</summary>
[Trait("Speed", "Slow")]
public class AutogradFacts
{
    [Fact]
    public void Autograd_uses_no_other_folder_of_Core()
    {
        var foreign = ReadingOrder.Uses(Repository.Core)
            .Where(use => IsAutograd(use.User) && !use.Declarations.Any(path => IsAutograd(path) || IsInNoFolder(path)));
        Assert.Empty(foreign.Select(use => $"{use.User}:{use.Line} uses {use.Name} of {use.Declarations[0]}"));
    }

    [Fact]
    public void No_type_of_Autograd_is_named_after_attention()
    {
        ImmutableArray<string> words = ["Attention", "Causal", "Head", "Mask", "Mix", "Scores", "Spread"];
        var types = typeof(Expr).Assembly.GetTypes().Where(type => type.Namespace == typeof(Expr).Namespace);
        Assert.DoesNotContain(types, type => words.Any(type.Name.StartsWith));
    }

    [Fact]
    public void A_use_of_the_model_in_Autograd_is_found()
    {
        var uses = ReadingOrder.Uses(
            [new("Core/Model/Gpt.cs", "class Gpt;"), new("Core/Autograd/Expr.cs", "class Expr { Gpt? gpt; int[] numbers = [1]; }")]);
        var foreign = uses.Where(use => use.User != use.Declarations[0]).Select(use => (use.User, use.Name, use.Declarations[0]));
        Assert.Equal([("Core/Autograd/Expr.cs", "Gpt", "Core/Model/Gpt.cs")], foreign.Distinct());
    }

    private static bool IsInNoFolder(string path) => path.Count(c => c == '/') == 1;

    private static bool IsAutograd(string path) => path.StartsWith("Core/Autograd/");
}
