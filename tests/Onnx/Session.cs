using System.Collections.Concurrent;
using System.Collections.Immutable;
using MicroGpt.Autograd;
using MicroGpt.Export;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MicroGpt.Onnx;

/// <summary>A graph, loaded by ONNX Runtime from the bytes of a file. Concurrent runs are safe.</summary>
internal sealed class Session
{
    private const int MostKept = 64;

    // The sessions loaded last, by the bytes of their files. Loading takes a hundred times as long as a run, and a law loads the same graph
    // several times.
    private static readonly ConcurrentDictionary<string, Session> Loaded = new();

    private readonly InferenceSession session;

    private Session(byte[] file)
    {
        using var options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            IntraOpNumThreads = 1,
        };
        session = new(file, options);
    }

    /// <summary>The session of a graph.</summary>
    public static Session Of(OnnxGraph graph)
    {
        var file = OnnxFile.Write("test", graph).ToArray();
        if (Loaded.Count > MostKept) Loaded.Clear();
        return Loaded.GetOrAdd(Convert.ToBase64String(file), _ => new(file));
    }

    /// <summary>The outputs of the graph, as matrices of numbers in double precision, by their names.</summary>
    public ImmutableDictionary<string, Matrix<double>> Run(params IEnumerable<NamedOnnxValue> inputs)
    {
        using var results = session.Run([.. inputs]);
        return results.ToImmutableDictionary(result => result.Name, result => result.ElementType == TensorElementType.Float
            ? ToMatrix(result.AsTensor<float>(), x => (double)x)
            : ToMatrix(result.AsTensor<double>(), x => x));
    }

    /// <summary>An input that is a list of whole numbers.</summary>
    public static NamedOnnxValue Whole(string name, IEnumerable<int> numbers)
    {
        long[] list = [.. numbers.Select(x => (long)x)];
        return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(list, [list.Length]));
    }

    /// <summary>An input that is a matrix, converted to a type.</summary>
    public static NamedOnnxValue Input(string name, OnnxType type, Matrix<double> matrix)
    {
        int[] axes = [matrix.Rows, matrix.Columns];
        return type == OnnxType.Single
            ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(matrix.Entries.Select(x => (float)x).ToArray(), axes))
            : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(matrix.Entries.ToArray(), axes));
    }

    private static Matrix<double> ToMatrix<T>(Tensor<T> tensor, Func<T, double> number) =>
        new(tensor.Dimensions[0], tensor.Dimensions[1], [.. tensor.Select(number)]);
}
