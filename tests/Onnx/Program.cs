using System.Text;
using MicroGpt;
using MicroGpt.Onnx;
using MicroGpt.Text;

// Prints the table of agreement between ONNX Runtime and this program. With `race NAMES`, it prints the times of a training step of both.

Console.OutputEncoding = Encoding.UTF8;
switch (args)
{
    case []:
        Console.WriteLine(Agreement.Head);
        foreach (var row in Agreement.Rows) Console.WriteLine(row);
        return 0;
    case ["race", var names] when File.Exists(names):
        Console.WriteLine(Race.Head);
        foreach (var row in Race.Run(Corpus.Parse(File.ReadAllBytes(names), names, Split.Lines).OrThrow())) Console.WriteLine(row);
        return 0;
    default:
        Console.Error.WriteLine("Give no arguments, or race and a file with one name on each line.");
        return 2;
}
