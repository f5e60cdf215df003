using System.IO.Compression;
using System.Text;
using MicroGpt.Checkpoints;
using MicroGpt.Properties;
using MicroGpt.Reports;
using MicroGpt.Training;

namespace MicroGpt.Facts;

/// <summary>A file is recognized by its first bytes, and a refusal says what it is and what to do.</summary>
public class FileContentFacts
{
    private static readonly byte[] Checkpoint = [.. CheckpointFile.Write(Saved.Small(Precision.Double))];

    private static readonly string Json = Encoding.UTF8.GetString(Checkpoint.AsSpan(8, BitConverter.ToInt32(Checkpoint)));

    public static TheoryData<FileFormat, string, byte[]> Contents => new()
    {
        { FileFormat.Empty, "an empty file", [] },
        { FileFormat.OtherVersion, "a checkpoint of version 3, and this program reads versions 1 and 2",
            Safetensors(Json.Replace("\"format_version\":\"2\"", "\"format_version\":\"3\"")) },
        { FileFormat.OtherVersion, "a checkpoint of version “new”, and this program reads versions 1 and 2",
            Safetensors(Json.Replace("\"format_version\":\"2\"", "\"format_version\":\"new\"")) },
        { FileFormat.Safetensors, "a safetensors file of another program, without the metadata of a checkpoint",
            Safetensors("""{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""") },
        { FileFormat.Safetensors, "a safetensors file of another program, without the metadata of a checkpoint",
            Safetensors("""{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""") },
        { FileFormat.Safetensors, "a safetensors file that ends within its header", Checkpoint[..20] },
        { FileFormat.LfsPointer, "a Git LFS pointer, not the file that it stands for",
            [.. "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"u8] },
        { FileFormat.Zip, "a zip archive", Zipped("names.txt") },
        { FileFormat.Zip, "an archive of PyTorch", Zipped("model/data.pkl") },
        { FileFormat.Gzip, "compressed by gzip", Gzipped() },
        { FileFormat.Utf16, "a text in UTF-16", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("anna\nzoë\n")] },
        { FileFormat.Utf16, "a text in UTF-16", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("anna\n")] },
        { FileFormat.Utf16, "a text in UTF-16", Encoding.Unicode.GetBytes("anna\n") },
        { FileFormat.Html, "an HTML page", [.. "\n<!doctype HTML><html></html>"u8] },
        { FileFormat.Svg, "an SVG picture", [.. "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8] },
        { FileFormat.Log, "the log of a training run", Encoding.UTF8.GetBytes($"{string.Join(',', TrainingLog.Columns(["wte"]))}\n") },
        { FileFormat.Text, "a text file that begins with “anna”", [.. "\uFEFF\n anna \nbob"u8] },
        { FileFormat.Text, "a text file that begins with “zoë”", [.. "zoë\n"u8, 0xC3] }, // cut within a character
        { FileFormat.Text, "a text file that begins with “abcdefgh{”", [.. "abcdefgh{"u8] },
        { FileFormat.Text, "a blank text file", [.. " \n\t\r\n"u8] },
        { FileFormat.Unknown, "a file of no format that this program knows", [.. "zo\n"u8, 0xE9, 0x20] },
        { FileFormat.Unknown, "a file of no format that this program knows", [.. "\0ELF\0\0"u8] },
    };

    [Theory, MemberData(nameof(Contents), DisableDiscoveryEnumeration = true)]
    public void A_file_is_described_by_its_first_bytes(FileFormat format, string description, byte[] file)
    {
        var content = FileContent.Recognize(file, file.Length);
        Assert.Equal((format, description), (content.Format, content.Description));
        var sentence = CheckpointFile.Read(file, "model").ProblemOrThrow().Sentence;
        var remedy = content.Remedy ?? "name a file that --save wrote";
        Assert.Equal($"model cannot be used as a checkpoint: it is {description}; {remedy}.", sentence);
    }

    [Theory]
    [InlineData(0, "a checkpoint of 0 steps")]
    [InlineData(1, "a checkpoint of 1 step")]
    [InlineData(3, "a checkpoint of 3 steps")]
    public void A_checkpoint_is_described_by_its_steps(int step, string description)
    {
        var saved = Saved.Small(Precision.Single);
        var file = CheckpointFile.Write(saved with { State = saved.State with { Step = step } });
        Assert.Equal(new FileContent(FileFormat.Checkpoint, description), FileContent.Recognize(file.AsSpan(), file.Length));
        Assert.Equal("a checkpoint", FileContent.Recognize(file.AsSpan()[..200], file.Length).Description);
    }

    [Fact]
    public void A_checkpoint_of_a_newer_version_needs_a_newer_program()
    {
        Assert.Equal("read it with a newer version of this program", RemedyFor("3"));
        Assert.Equal("read it with the program that wrote it", RemedyFor("0"));

        static string? RemedyFor(string version)
        {
            var file = Safetensors(Json.Replace("\"format_version\":\"2\"", $"\"format_version\":\"{version}\""));
            return FileContent.Recognize(file, file.Length).Remedy;
        }
    }

    [Fact]
    public void A_checkpoint_in_another_layout_is_recognized()
    {
        var file = ForeignFile.Parse(Checkpoint);
        var bytes = (file with { Metadata = [.. file.Metadata.Reverse()] }).WriteAsHuggingFace();
        Assert.Equal(new FileContent(FileFormat.Checkpoint, "a checkpoint of 3 steps"), FileContent.Recognize(bytes, bytes.Length));
    }

    [Fact]
    public void A_picture_of_this_program_is_recognized()
    {
        var picture = Encoding.UTF8.GetBytes(SvgElements.Document("", ""));
        Assert.Equal(FileFormat.Svg, FileContent.Recognize(picture, picture.Length).Format);
    }

    private static byte[] Safetensors(string json) =>
        [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(json)), .. Encoding.UTF8.GetBytes(json)];

    private static byte[] Zipped(string name)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry(name).Open().Dispose();
        return file.ToArray();
    }

    private static byte[] Gzipped()
    {
        using var file = new MemoryStream();
        using (var stream = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true)) stream.Write("anna\n"u8);
        return file.ToArray();
    }
}
