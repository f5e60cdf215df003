using System.Diagnostics;
using MicroGpt.Export;
using MicroGpt.Generation;
using MicroGpt.Model;
using MicroGpt.Randomness;
using MicroGpt.Training;

namespace MicroGpt.Onnx;

/// <summary>The program in tests/Examples/python that invents names by onnxruntime, Python's package.</summary>
public class PythonFacts
{
    [PythonFact]
    public void Python_invents_the_names_that_this_program_invents_by_the_same_seed()
    {
        var (checkpoint, file) = (WebFacts.Trained, Path.GetTempFileName());
        File.WriteAllBytes(file, [.. CheckpointExport.Of(checkpoint, ExportedComputation.Step, Precision.Double).OrThrow().Write()]);
        var (exit, output) = PythonFactAttribute.Run(
            "-B", Path.GetFullPath(Path.Combine(WebFactAttribute.Folder, "..", "python", "names.py")), file);
        File.Delete(file);
        var decoder = Decoder.Of(new Gpt(checkpoint.Configuration), checkpoint.State.Parameters);
        var names = Sampling.Documents(decoder, SamplingOptions.Of(temperature: 0.5), [], PythonRandom.Seed(42)).Take(20)
            .Select(document => checkpoint.Tokenizer.Decode(document.OrThrow().Tokens.AsSpan()));
        Assert.Equal((0, string.Concat(names.Select(name => $"{name}\n"))), (exit, output));
    }
}

/// <summary>A fact that needs Python with onnxruntime, and is skipped where it is missing.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (Run("-c", "import onnxruntime").Exit != 0) Skip = "There is no onnxruntime in Python: run pip install onnxruntime.";
    }

    /// <summary>The exit code and the output of Python; 127 if there is no Python.</summary>
    public static (int Exit, string Output) Run(params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = error.Result;
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, "");
        }
    }
}
