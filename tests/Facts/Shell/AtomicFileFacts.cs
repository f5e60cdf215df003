using System.Text;
using LanguageExt;
using MicroGpt.Shell.Data;

namespace MicroGpt.Facts.Shell;

public class AtomicFileFacts
{
    private const string Old = "what was learned before";
    private static readonly byte[] New = Encoding.UTF8.GetBytes("what is known now, and somewhat more");

    private enum Operation { Create, Write, Flush, Close, Move, FlushFolder }

    public static TheoryData<int> Operations => [.. Enum.GetValues<Operation>().Select(operation => (int)operation)];

    [Fact]
    public void A_file_is_replaced_and_nothing_else_remains()
    {
        using var folder = new Folder().With("model", Old);
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("model"), overwrite: true).IsRight);
        Assert.Equal(New, File.ReadAllBytes(folder.PathOf("model")));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void A_link_stays_and_what_it_leads_to_is_saved()
    {
        using var folder = new Folder().With("model", "old");
        File.CreateSymbolicLink(folder.PathOf("latest"), "model");
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("latest"), overwrite: true).IsRight);
        Assert.Equal("model", new FileInfo(folder.PathOf("latest")).LinkTarget);
        Assert.Equal(New.ToArray(), folder.Bytes("model"));
    }

    [Fact]
    public void What_a_killed_process_left_is_no_obstacle()
    {
        using var folder = new Folder().With("model", Old).With("model.part", "half of somethi");
        Assert.True(AtomicFile.Save(FileOperations.Real, New, folder.PathOf("model"), overwrite: true).IsRight);
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Theory, MemberData(nameof(Operations))]
    public void A_process_that_is_killed_at_any_operation_leaves_the_old_file_or_the_new_one(int operation)
    {
        using var folder = new Folder().With("model", Old);
        Assert.Throws<Killed>(() => AtomicFile.Save(FailingAt((Operation)operation, new Killed()), New, folder.PathOf("model"), overwrite: true));
        Assert.Equal(operation <= (int)Operation.Move ? Encoding.UTF8.GetBytes(Old) : New, File.ReadAllBytes(folder.PathOf("model")));
    }

    [Theory, MemberData(nameof(Operations))]
    public void An_operation_that_fails_is_told_of_and_leaves_no_half_file(int operation)
    {
        using var folder = new Folder().With("model", Old);
        var full = new IOException("No space left on device.");
        var reason = AtomicFile.Save(FailingAt((Operation)operation, full), New, folder.PathOf("model"), overwrite: true);
        Assert.Equal("No space left on device", ReasonOf(reason));
        Assert.Equal(operation <= (int)Operation.Move ? Encoding.UTF8.GetBytes(Old) : New, File.ReadAllBytes(folder.PathOf("model")));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    [Fact]
    public void That_nothing_works_any_more_is_told_too()
    {
        using var folder = new Folder().With("model", Old);
        var broken = FailingAt(Operation.Write, new IOException("The disk is gone.")) with { Delete = _ => throw new IOException("So it is.") };
        Assert.Equal("The disk is gone", ReasonOf(AtomicFile.Save(broken, New, folder.PathOf("model"), overwrite: true)));
    }

    [Theory]
    [InlineData("model", null)]
    [InlineData("nowhere/model", "its folder does not exist")]
    [InlineData(".", "it is a folder")]
    public void What_can_never_be_saved_is_found_out_before(string path, string? reason)
    {
        using var folder = new Folder().With("model", Old);
        var refusal = AtomicFile.CheckWritable(FileOperations.Real, folder.PathOf(path));
        Assert.Equal(reason ?? "", ReasonOf(refusal));
        Assert.Equal(Old, folder.Read("model"));
        Assert.Single(Directory.GetFileSystemEntries(folder.PathOf(".")));
    }

    // A world that does everything up to an operation, half of which it may still do.
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
