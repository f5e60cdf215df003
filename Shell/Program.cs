using System.CommandLine;
using System.Text;
using MicroGpt.Shell;
using MicroGpt.Shell.Commands;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Output;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
Terminal.GuardError();
JitWarmUp.StartFor(args);
try
{
    var settings = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
    var parse = CommandLine.Create().Parse(args, settings);
    return CommandLine.ActionOf(parse).Invoke(parse);
}
catch (IOException e) when (StandardOutput.WasClosed(e))
{
    return ExitCode.Success; // a reader such as `head` has seen enough
}
catch (Exception e) when (IoErrors.IsIoError(e))
{
    return Fail($"The run could not go on: {IoErrors.Reason(e)}");
}
catch (OutOfMemoryException)
{
    return Fail("There is not enough memory for a model of this size; choose a smaller n_embd, n_layer, block_size or batch_size.");
}

static int Fail(string sentence)
{
    try
    {
        Console.Error.WriteLine(sentence);
    }
    catch (Exception e) when (IoErrors.IsIoError(e))
    {
        // Standard error is closed or full: only the exit code remains.
    }
    return ExitCode.IoError;
}
