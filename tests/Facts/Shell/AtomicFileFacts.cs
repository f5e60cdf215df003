using System.Diagnostics;
using System.Text;
using LanguageExt;
using MicroGpt.Shell.Data;

namespace MicroGpt.Facts.Shell;

public class AtomicFileFacts
{
    private const string Old = "what was learned before";
    private static readonly byte[] New = Encoding.UTF8.GetBytes("what is known now, and somewhat more");

    private enum Operation { Create, Write, Flush, Close, Move, FlushFolder }

    /// <summary>Each operation, with each path to the file that is saved.</summary>
    public static IEnumerable<object[]> Operations =>
        from operation in Enum.GetValues<Operation>()
        from path in (string[])["model", "latest", "linked/model", "store/latest"]
        select new object[] { (int)operation, path };

    [Fact]
    public void A_file_is_replaced_and_nothing_else_remains()
    {
        using var folder = new Folder().With("model", Old);
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("model"), overwrite: true).IsRight);
        Assert.Equal(New, File.ReadAllBytes(folder.PathOf("model")));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void A_link_stays_and_the_file_that_it_leads_to_is_replaced()
    {
        using var folder = new Folder().With("model", "old");
        File.CreateSymbolicLink(folder.PathOf("latest"), "model");
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("latest"), overwrite: true).IsRight);
        Assert.Equal("model", new FileInfo(folder.PathOf("latest")).LinkTarget);
        Assert.Equal(New.ToArray(), folder.Bytes("model"));
    }

    [Fact]
    public void A_part_file_that_a_killed_process_left_is_overwritten()
    {
        using var folder = new Folder().With("model", Old).With("model.part", "half of somethi");
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("model"), overwrite: true).IsRight);
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Theory, MemberData(nameof(Operations))]
    public void A_process_that_is_killed_at_any_operation_leaves_the_old_file_or_the_new_one(int operation, string path)
    {
        using var folder = Linked();
        var files = FailingAt((Operation)operation, new Killed());
        Assert.Throws<Killed>(() => AtomicFile.Save(files, New, folder.PathOf(path), overwrite: true));
        AssertWhole(folder, operation, path);
    }

    [Theory, MemberData(nameof(Operations))]
    public void The_reason_of_a_failed_operation_is_returned_and_no_half_file_is_left(int operation, string path)
    {
        using var folder = Linked();
        var entries = Entries(folder);
        var full = new IOException("No space left on device.");
        var reason = AtomicFile.Save(FailingAt((Operation)operation, full), New, folder.PathOf(path), overwrite: true);
        Assert.Equal("No space left on device", ReasonOf(reason));
        AssertWhole(folder, operation, path);
        Assert.Equal(entries, Entries(folder));
    }

    [Fact]
    public void A_link_is_followed_from_the_folder_that_it_lies_in()
    {
        using var folder = Linked();
        File.CreateSymbolicLink(folder.PathOf("store/deep/up"), "../model");
        Directory.CreateSymbolicLink(folder.PathOf("shortcut"), "store/deep");
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("shortcut/up"), overwrite: true).IsRight);
        Assert.Equal(Old, folder.Read("model"));
        Assert.Equal(New, folder.Bytes("store/model"));
    }

    [Fact]
    public void Other_names_of_a_file_keep_the_old_bytes()
    {
        using var folder = new Folder().With("model", Old);
        using (var process = Process.Start("ln", [folder.PathOf("model"), folder.PathOf("backup")])) process.WaitForExit();
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("model"), overwrite: true).IsRight);
        Assert.Equal(Old, folder.Read("backup"));
        Assert.Equal(New, folder.Bytes("model"));
    }

    [Fact]
    public void A_device_is_written_to_and_not_replaced()
    {
        using var folder = new Folder();
        File.CreateSymbolicLink(folder.PathOf("full"), "/dev/full");
        Assert.True(AtomicFile.Save(FileOperations.Real, New, "/dev/null", overwrite: true).IsRight);
        Assert.StartsWith(
            "No space left on device", ReasonOf(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("full"), overwrite: true)));
        Assert.True(FileIdentity.IsSpecial("/dev/null"));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void The_reason_is_returned_even_if_the_part_file_cannot_be_deleted()
    {
        using var folder = new Folder().With("model", Old);
        var unwritable = FailingAt(Operation.Write, new IOException("The disk is gone."));
        var broken = unwritable with { Delete = _ => throw new IOException("It is still gone.") };
        Assert.Equal("The disk is gone", ReasonOf(AtomicFile.Save(broken, New, folder.PathOf("model"), overwrite: true)));
    }

    [Theory]
    [InlineData("model", null)]
    [InlineData("nowhere/model", "its folder does not exist")]
    [InlineData(".", "it is a folder")]
    public void A_path_that_cannot_be_written_is_found_before_saving(string path, string? reason)
    {
        using var folder = new Folder().With("model", Old);
        var refusal = AtomicFile.CheckWritable(FileOperations.Real, folder.PathOf(path));
        Assert.Equal(reason ?? "", ReasonOf(refusal));
        Assert.Equal(Old, folder.Read("model"));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    // File operations of which one fails. A write fails after half of its bytes.
    private static FileOperations FailingAt(Operation failing, Exception failure)
    {
        var real = FileOperations.Real;
        return new(
            Create: path => Fails(Operation.Create) ? throw failure : new Failing((FileStream)real.Create(path), failing, failure),
            Flush: stream => real.Flush(Fails(Operation.Flush) ? throw failure : ((Failing)stream).File),
            Move: (from, to, overwrite) => real.Move(Fails(Operation.Move) ? throw failure : from, to, overwrite),
            FlushFolder: folder => real.FlushFolder(Fails(Operation.FlushFolder) ? throw failure : folder),
            Delete: real.Delete);

        bool Fails(Operation operation) => operation == failing;
    }

    // A file, and another in a folder. Links lead to both.
    private static Folder Linked()
    {
        var folder = new Folder().With("model", Old).With("store/model", Old).With("store/deep/other", Old);
        File.CreateSymbolicLink(folder.PathOf("latest"), "model");
        File.CreateSymbolicLink(folder.PathOf("store/latest"), folder.PathOf("latest"));
        Directory.CreateSymbolicLink(folder.PathOf("linked"), "store");
        return folder;
    }

    private static string[] Entries(Folder folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder.PathOf("."), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static void AssertWhole(Folder folder, int operation, string path)
    {
        Assert.Equal(operation <= (int)Operation.Move ? Encoding.UTF8.GetBytes(Old) : New, folder.Bytes(path));
        Assert.Equal(Old, folder.Read(path == "linked/model" ? "model" : "store/model"));
        Assert.Equal("model", new FileInfo(folder.PathOf("latest")).LinkTarget);
        Assert.Equal("store", new FileInfo(folder.PathOf("linked")).LinkTarget);
    }

    private static string ReasonOf(Either<string, Unit> outcome) => outcome.Match(Right: _ => "", Left: reason => reason);

    private sealed class Killed : Exception;

    private sealed class Failing(FileStream file, Operation failing, Exception failure) : MemoryStream
    {
        public FileStream File => file;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            file.Write(failing == Operation.Write ? buffer[..(buffer.Length / 2)] : buffer);
            if (failing == Operation.Write) throw failure;
        }

        protected override void Dispose(bool disposing)
        {
            file.Dispose();
            if (failing == Operation.Close) throw failure;
        }
    }
}
