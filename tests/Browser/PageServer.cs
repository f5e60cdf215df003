using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace MicroGpt.Browser.Facts;

/// <summary>A web server of this process. It serves the published page from a path of its own, as a host of many pages does.</summary>
public sealed class PageServer : IDisposable
{
    private const string Path = "/some/where/";

    private readonly HttpListener listener = new();

    public PageServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://localhost:{((IPEndPoint)probe.LocalEndpoint).Port}{Path}";
        }
        listener.Prefixes.Add(Address);
        listener.Start();
        _ = Task.Run(Serve);
    }

    /// <summary>The folder of the published page.</summary>
    public static string Folder { get; } = System.IO.Path.GetFullPath(
        typeof(PageServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Page").Value!);

    /// <summary>The address of the page.</summary>
    public string Address { get; }

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            try
            {
                Answer(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The server has stopped, or the browser has gone.
            }
        }
    }

    private static void Answer(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath[Path.Length..];
        var file = System.IO.Path.Combine(Folder, path == "" ? "index.html" : path);
        context.Response.ContentType = System.IO.Path.GetExtension(file) switch
        {
            ".html" => "text/html",
            ".js" => "text/javascript",
            ".css" => "text/css",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".wasm" => "application/wasm",
            _ => "application/octet-stream",
        };
        if (File.Exists(file)) context.Response.OutputStream.Write(File.ReadAllBytes(file));
        else context.Response.StatusCode = (int)HttpStatusCode.NotFound;
        context.Response.Close();
    }

    public void Dispose() => listener.Close();
}
