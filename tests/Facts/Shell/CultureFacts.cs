namespace MicroGpt.Facts.Shell;

/// <summary>Numbers are written and read alike in every culture.</summary>
[Trait("Speed", "Slow")]
public class CultureFacts(TrainedFolder trained) : IClassFixture<TrainedFolder>
{
    [Theory]
    [InlineData("--steps 20 --samples 3 --validation 0.2 --save model --log log.csv")]
    [InlineData("--steps 3 --samples 1 --precision single --learning-rate 1e-3 --save model --log log.csv")]
    [InlineData("--resume saved --learning-rate 0.5 --validation 0.25")]
    [InlineData("sample --model saved --count 3 --temperature 0.7 --top-p 0.95 --show-probabilities")]
    [InlineData("score --model saved anna maria --show-probabilities")]
    [InlineData("inspect saved")]
    [InlineData("explain a*b+0.5*a^2 --at a=-1.5 --at b=0.25 --order 2")]
    [InlineData("show step --format svg")]
    [InlineData("gradcheck --n-embd 4 --n-head 2")]
    [InlineData("report --model saved --out run.html")]
    [InlineData("--learning-rate 1e300")]
    [InlineData("--temperature 0,5")]
    public void A_command_does_the_same_in_a_culture_with_decimal_commas(string arguments)
    {
        using var here = Folder();
        using var there = Folder().Where("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location).Where("LC_ALL", "de_DE.UTF-8");
        Assert.Equal(here.Run(arguments.Split(' ')), there.Run(arguments.Split(' ')));
        foreach (var file in ((string[])["model", "run.html"]).Where(file => File.Exists(here.PathOf(file))))
            Assert.Equal(here.Bytes(file), there.Bytes(file));
        if (File.Exists(here.PathOf("log.csv"))) Assert.Equal(here.Rows("log.csv"), there.Rows("log.csv"));
    }

    private Folder Folder() => new Folder()
        .With("input.txt", Recorded.Bytes("given-names.txt"))
        .With("saved", trained.Folder.Bytes("model"));
}
