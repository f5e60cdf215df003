namespace MicroGpt.Facts;

/// <summary>Dependencies within a project go one way: there is no cycle of files, and none of folders.</summary>
[Trait("Speed", "Slow")]
public class ArrowFacts
{
    [Theory]
    [InlineData("Core", "MicroGpt.Core")]
    [InlineData("Shell", "microgpt")]
    [InlineData("Properties", "MicroGpt.Properties")]
    public void No_files_and_no_folders_of_a_project_depend_on_each_other(string folder, string assembly)
    {
        var arrows = Arrows.Between(assembly, Repository.Files(folder));
        var cycles = Arrows.Cycles(arrows.Select(arrow => arrow.InCommonFolder)).Union(Arrows.Cycles(arrows));
        Assert.NotEmpty(arrows);
        Assert.True(!cycles.Any(), string.Join('\n', cycles));
    }

    [Fact]
    public void A_cycle_of_three_files_is_found_and_a_diamond_is_no_cycle()
    {
        Assert.Equal("1.cs <-> 2.cs <-> 3.cs", Assert.Single(Arrows.Cycles(Arrows.Between("Cycle",
            [new("1.cs", "class A { C? c; }"), new("2.cs", "class B { A? a; }"), new("3.cs", "class C { B? b; }")]))));
        Assert.Empty(Arrows.Cycles(Arrows.Between("Diamond",
        [
            new("1.cs", "class A { B? b; C? c; }"), new("2.cs", "class B { D? d; }"),
            new("3.cs", "class C { D? d; }"), new("4.cs", "class D;"),
        ])));
    }
}
