using MicroGpt.Shell.Output;

namespace MicroGpt.Facts.Shell;

public class FlushingWriterFacts
{
    [Fact]
    public void No_line_is_cut_between_two_writes_to_the_stream()
    {
        var stream = new Recorder();
        string[] lines = [.. Enumerable.Range(0, 10_000).Select(i => $"step {i} | loss {i * 0.37:F4}, é\n")];
        using (var writer = new FlushingWriter(stream))
            foreach (var line in lines) writer.Write(line);
        Assert.Equal(string.Concat(lines), string.Concat(stream.Writes));
        Assert.All(stream.Writes, write => Assert.EndsWith("\n", write));
        Assert.InRange(stream.Writes.Count, 2, lines.Length / 2);
    }

    private sealed class Recorder : MemoryStream
    {
        public List<string> Writes { get; } = [];

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => Writes.Add(System.Text.Encoding.UTF8.GetString(buffer));
    }
}
