using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LanguageExt;
using MicroGpt.Shell.Data;

namespace MicroGpt.Facts.Shell;

[Trait("Speed", "Slow")]
public class NamedTextFacts
{
    private static readonly byte[] Text = "anna\nbob\n"u8.ToArray();

    [Fact]
    public async Task A_text_is_downloaded_once_and_kept_in_the_cache()
    {
        using var folder = new Folder();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var answering = DownloadFacts.Answer(server, "200 OK", Text);
        var text = new NamedText("names", DownloadFacts.SourceAt(server, Text));
        Assert.Equal(Text, text.Load(folder.PathOf("caches/microgpt")).OrThrow());
        await answering;
        server.Stop();
        Assert.Equal(Text, folder.Bytes("caches/microgpt/names.txt"));
        Assert.Single(Directory.GetFiles(folder.PathOf("caches/microgpt")));
        Assert.Equal(Text, text.Load(folder.PathOf("caches/microgpt")).OrThrow());
    }

    [Fact]
    public async Task A_text_in_the_cache_with_another_hash_is_downloaded_again()
    {
        using var folder = new Folder().With("names.txt", "anna\nb");
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var answering = DownloadFacts.Answer(server, "200 OK", Text);
        Assert.Equal(Text, new NamedText("names", DownloadFacts.SourceAt(server, Text)).Load(folder.PathOf(".")).OrThrow());
        await answering;
        Assert.Equal(Text, folder.Bytes("names.txt"));
    }

    [Fact]
    public async Task A_downloaded_text_with_another_hash_is_refused_and_not_kept()
    {
        using var folder = new Folder();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var answering = DownloadFacts.Answer(server, "200 OK", "<html>Please log in</html>"u8.ToArray());
        Assert.Contains("SHA-256", new NamedText("names", DownloadFacts.SourceAt(server, Text)).Load(folder.PathOf("."))
            .ProblemOrThrow().Sentence);
        await answering;
        Assert.Empty(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public async Task A_text_is_used_though_no_cache_can_keep_it()
    {
        using var folder = new Folder().With("file", "mine");
        foreach (var cache in (Option<string>[])[Option<string>.None, folder.PathOf("file/microgpt")])
        {
            using var server = new TcpListener(IPAddress.Loopback, 0);
            var answering = DownloadFacts.Answer(server, "200 OK", Text);
            Assert.Equal(Text, new NamedText("names", DownloadFacts.SourceAt(server, Text)).Load(cache).OrThrow());
            await answering;
        }
        Assert.Equal("mine", folder.Read("file"));
    }

    [Fact]
    public void Without_a_network_one_sentence_says_what_to_do()
    {
        using var folder = new Folder();
        var run = folder.Run("--data", "shakespeare", "--steps", "1");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Matches(
            "^https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a/data/tinyshakespeare/input.txt could not be downloaded: .+; "
            + "connect to the network once, or save that file by another way and name it with --data\\.\n$", run.Error);
    }

    [Fact]
    public void A_file_that_is_called_as_a_text_is_that_file()
    {
        using var folder = new Folder().With("shakespeare", "to be\nor not\n");
        Assert.StartsWith("num docs: 2\n", folder.Run("--data", "shakespeare", "--steps", "1", "--samples", "0").Output);
    }

    [Theory]
    [InlineData("LINUX", "/home/ann/.cache/microgpt", "HOME=/home/ann")]
    [InlineData("LINUX", "/var/cache/microgpt", "HOME=/home/ann", "XDG_CACHE_HOME=/var/cache")]
    [InlineData("LINUX", "/home/ann/.cache/microgpt", "HOME=/home/ann", "XDG_CACHE_HOME=cache")]
    [InlineData("LINUX", "/home/ann/.cache/microgpt", "HOME=/home/ann", "XDG_CACHE_HOME=")]
    [InlineData("OSX", "/Users/ann/Library/Caches/microgpt", "HOME=/Users/ann")]
    [InlineData("WINDOWS", "/ann/AppData/Local/microgpt", "HOME=/ann", "LOCALAPPDATA=/ann/AppData/Local")]
    [InlineData("LINUX", "", "USER=ann")]
    public void The_cache_lies_where_the_platform_keeps_such_files(string platform, string folder, params string[] environment)
    {
        var variables = environment.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Here(pair[1]));
        Assert.Equal(Here(folder), CacheFolder.Locate(OSPlatform.Create(platform), variables.GetValueOrDefault).IfNone(""));

        // A full path on this machine, where the examples have one.
        static string Here(string path) => path.StartsWith('/') ? Path.GetFullPath(path) : path;
    }
}
