using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using MicroGpt.Shell;
using MicroGpt.Shell.Commands;
using MicroGpt.Shell.Data;
using MicroGpt.Shell.Output;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
JitWarmUp.For(args);
try
{
    var settings = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
    var parse = CommandLine.Create().Parse(args, settings);
    // What is wrong with a command line, its command tells in words of its own.
    var action = parse.Action is ParseErrorAction ? parse.CommandResult.Command.Action : parse.Action;
    return ((SynchronousCommandLineAction)action!).Invoke(parse);
}
catch (IOException e) when (StandardOutput.WasClosed(e))
{
    return ExitCode.Success; // who reads the output, as `head` does, has seen enough
}
catch (Exception e) when (IoErrors.IsIoError(e))
{
    return Failed($"The run could not go on: {e.Message}");
}
catch (OutOfMemoryException)
{
    return Failed("There is not enough memory for a model of this size; choose a smaller n_embd, n_layer, block_size or batch_size.");
}

static int Failed(string sentence)
{
    try
    {
        Console.Error.WriteLine(sentence);
    }
    catch (Exception e) when (IoErrors.IsIoError(e))
    {
        // Standard error is closed, or full: nobody can be told.
    }
    return ExitCode.IoError;
}
