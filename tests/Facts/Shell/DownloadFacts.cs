using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MicroGpt.Shell.Data;

namespace MicroGpt.Facts.Shell;

public class DownloadFacts
{
    private static readonly byte[] Names = "anna\nbob\n"u8.ToArray();
    private static readonly TimeSpan Plenty = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Bytes_with_the_right_hash_are_returned()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var answering = Answer(server, "200 OK", Names);
        Assert.Equal(Names, Download.Fetch(SourceAt(server, Names), Plenty).OrThrow());
        await answering;
    }

    [Fact]
    public async Task Bytes_with_another_hash_are_refused()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var answering = Answer(server, "200 OK", "<html>Please log in</html>"u8.ToArray());
        Assert.Contains("SHA-256", Download.Fetch(SourceAt(server, Names), Plenty).ProblemOrThrow().Sentence);
        await answering;
    }

    [Fact]
    public async Task The_status_of_an_error_response_is_reported()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var answering = Answer(server, "404 Not Found", []);
        var problem = Download.Fetch(SourceAt(server, Names), Plenty).ProblemOrThrow();
        Assert.EndsWith("could not be downloaded: the server answered 404.", problem.Sentence);
        await answering;
    }

    [Fact]
    public void A_server_that_never_answers_is_given_up_after_the_time_limit()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var problem = Download.Fetch(SourceAt(server, Names), TimeSpan.FromSeconds(0.2)).ProblemOrThrow();
        Assert.EndsWith("could not be downloaded: it did not arrive within 0.2 s.", problem.Sentence);
    }

    [Fact]
    public void A_refused_connection_is_reported()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var source = SourceAt(server, Names);
        server.Stop();
        Assert.Contains("could not be downloaded: Connection refused", Download.Fetch(source, Plenty).ProblemOrThrow().Sentence);
    }

    [Fact]
    public void A_saved_file_is_complete_and_no_part_file_remains()
    {
        using var folder = new Folder();
        Assert.True(Download.Save(Names, folder.PathOf("input.txt")).IsRight);
        Assert.Equal(Names, File.ReadAllBytes(folder.PathOf("input.txt")));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void An_existing_file_stays()
    {
        using var folder = new Folder().With("input.txt", "mine");
        Assert.True(Download.Save(Names, folder.PathOf("input.txt")).IsLeft);
        Assert.Equal("mine", folder.Read("input.txt"));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void A_file_with_the_name_of_the_part_file_stays()
    {
        using var folder = new Folder().With("input.txt.part", "mine");
        Assert.EndsWith(
            "input.txt.part is another file, and would be overwritten; the next run will download it again.",
            Download.Save(Names, folder.PathOf("input.txt")).ProblemOrThrow().Sentence);
        Assert.Equal("mine", folder.Read("input.txt.part"));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void A_part_file_that_a_killed_download_left_is_replaced()
    {
        using var folder = new Folder().With("input.txt.part", "anna\nb");
        Assert.True(Download.Save(Names, folder.PathOf("input.txt")).IsRight);
        Assert.Equal(Names, folder.Bytes("input.txt"));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void A_failed_save_is_reported()
    {
        using var folder = new Folder();
        var problem = Download.Save(Names, folder.PathOf("nowhere/input.txt"));
        Assert.EndsWith(
            "could not be saved: its folder does not exist; the next run will download it again.",
            problem.ProblemOrThrow().Sentence);
    }

    /// <summary>A file on a server, with the SHA-256 of these bytes.</summary>
    internal static RemoteFile SourceAt(TcpListener server, byte[] bytes) =>
        new(new($"http://{server.LocalEndpoint}/names.txt"), Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>Starts a server that answers one request.</summary>
    internal static Task Answer(TcpListener server, string status, byte[] body)
    {
        server.Start();
        return Task.Run(async () =>
        {
            using var client = await server.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[4096]);
            var head = $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
        });
    }
}
