using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MicroGpt.Autograd;

namespace MicroGpt.Export;

// ONNX is a format for graphs of operations on tensors, which browsers, phones and other languages run. While it is built, such a graph is
// made of values that refer to each other, like an expression. OnnxGraph gives the values names.

/// <summary>The type of the entries of a tensor. The numbers are ONNX's.</summary>
public enum OnnxType
{
    /// <summary>Floating-point numbers of 32 bits.</summary>
    Single = 1,

    /// <summary>Whole numbers of 64 bits.</summary>
    Whole = 7,

    /// <summary>True or false.</summary>
    Flag = 9,

    /// <summary>Floating-point numbers of 64 bits.</summary>
    Double = 11,
}

/// <summary>An attribute of an operator: a whole number, a list of whole numbers, or a text.</summary>
public sealed class OnnxAttribute
{
    private OnnxAttribute(string name, string text, ImmutableArray<long> numbers, bool isList) =>
        (Name, Text, Numbers, IsList) = (name, text, numbers, isList);

    /// <summary>The name, such as axis.</summary>
    public string Name { get; }

    /// <summary>The text, if the attribute is one.</summary>
    public string Text { get; }

    /// <summary>The numbers; none if the attribute is a text.</summary>
    public ImmutableArray<long> Numbers { get; }

    /// <summary>True if the attribute is a list of numbers.</summary>
    public bool IsList { get; }

    /// <summary>An attribute that is a whole number.</summary>
    public static OnnxAttribute Of(string name, long number) => new(name, "", [number], isList: false);

    /// <summary>An attribute that is a list of whole numbers.</summary>
    public static OnnxAttribute Of(string name, ImmutableArray<long> numbers) => new(name, "", numbers, isList: true);

    /// <summary>An attribute that is a text.</summary>
    public static OnnxAttribute Of(string name, string text) => new(name, text, [], isList: false);

    public override string ToString() => $"{Name} = {Text}{string.Join(", ", Numbers)}";
}

/// <summary>A value of an ONNX graph. Values are compared by reference.</summary>
public abstract class OnnxValue : INode<OnnxValue>
{
    private protected OnnxValue(ImmutableArray<OnnxValue> arguments) => Arguments = arguments;

    /// <summary>The arguments of the operator; none for an input or a tensor.</summary>
    public ImmutableArray<OnnxValue> Arguments { get; }

    public int ParentCount => Arguments.Length;

    public OnnxValue Parent(int k) => Arguments[k];

    public bool Equals(OnnxValue? other) => ReferenceEquals(this, other);

    public sealed override bool Equals(object? other) => ReferenceEquals(this, other);

    public sealed override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>Calls the one function that is for this kind of value, and returns what the function returns.</summary>
    public abstract R Match<R>(Func<OnnxInput, R> input, Func<OnnxTensor, R> tensor, Func<OnnxResult, R> result);
}

/// <summary>An input of a graph. Each axis is a number, or a name such as positions for a length that each run chooses.</summary>
public sealed class OnnxInput(string name, OnnxType type, params ImmutableArray<string> axes) : OnnxValue([])
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The type of the entries.</summary>
    public OnnxType Type { get; } = type;

    /// <summary>The lengths of the axes.</summary>
    public ImmutableArray<string> Axes { get; } = axes;

    public override R Match<R>(Func<OnnxInput, R> input, Func<OnnxTensor, R> tensor, Func<OnnxResult, R> result) => input(this);

    public override string ToString() => $"{Name} [{string.Join(", ", Axes)}]";
}

/// <summary>A tensor whose entries the file holds. A constant has no name of its own.</summary>
public sealed class OnnxTensor : OnnxValue
{
    private OnnxTensor(string? name, OnnxType type, ImmutableArray<long> shape, ImmutableArray<byte> bytes) : base([]) =>
        (Name, Type, Shape, Bytes) = (name, type, shape, bytes);

    /// <summary>The name; null for a constant.</summary>
    public string? Name { get; }

    /// <summary>The type of the entries.</summary>
    public OnnxType Type { get; }

    /// <summary>The lengths of the axes.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The entries, little-endian; the last axis varies fastest.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>A list of whole numbers.</summary>
    public static OnnxTensor Of(params ImmutableArray<long> numbers) => new(null, OnnxType.Whole, [numbers.Length], Protobuf.LittleEndian(
        numbers, sizeof(long), (bytes, x) => BinaryPrimitives.WriteInt64LittleEndian(bytes.Span, x)));

    /// <summary>One whole number, without axes.</summary>
    public static OnnxTensor Scalar(long number) => new(null, OnnxType.Whole, [], Of(number).Bytes);

    /// <summary>The matrix [1, 1] of a floating-point number, which broadcasts to any matrix.</summary>
    public static OnnxTensor Of(OnnxType type, double number) => new(null, type, [1, 1], Encode(type, [number]));

    /// <summary>A matrix of floating-point numbers. Without a name, it is a constant.</summary>
    public static OnnxTensor Of(OnnxType type, Matrix<double> matrix, string? name = null) =>
        new(name, type, [matrix.Rows, matrix.Columns], Encode(type, matrix.Entries));

    private static ImmutableArray<byte> Encode(OnnxType type, ImmutableArray<double> numbers) => type == OnnxType.Single
        ? Protobuf.LittleEndian(numbers, sizeof(float), (bytes, x) => BinaryPrimitives.WriteSingleLittleEndian(bytes.Span, (float)x))
        : Protobuf.LittleEndian(numbers, sizeof(double), (bytes, x) => BinaryPrimitives.WriteDoubleLittleEndian(bytes.Span, x));

    public override R Match<R>(Func<OnnxInput, R> input, Func<OnnxTensor, R> tensor, Func<OnnxResult, R> result) => tensor(this);

    public override string ToString() => $"{Name ?? "constant"} [{string.Join(", ", Shape)}]";
}

/// <summary>The result of an operator.</summary>
public sealed class OnnxResult(string operation, ImmutableArray<OnnxValue> arguments, params ImmutableArray<OnnxAttribute> attributes)
    : OnnxValue(arguments)
{
    /// <summary>The name of the operator, such as MatMul.</summary>
    public string Operator { get; } = operation;

    /// <summary>The attributes of the operator.</summary>
    public ImmutableArray<OnnxAttribute> Attributes { get; } = attributes;

    public override R Match<R>(Func<OnnxInput, R> input, Func<OnnxTensor, R> tensor, Func<OnnxResult, R> result) => result(this);

    public override string ToString() => Operator;
}
