using System.Collections.Immutable;

namespace MicroGpt.Export;

/// <summary>
/// Operators of ONNX as methods, each of one node. Their definitions are those of operator set 17, which ONNX Runtime and its
/// build for browsers have for all types used here, in double precision too.
/// </summary>
internal static class OnnxOperators
{
    /// <summary>The version of the operator set.</summary>
    public const int Version = 17;

    extension(OnnxValue x)
    {
        public OnnxValue Add(OnnxValue y) => new OnnxResult("Add", [x, y]);
        public OnnxValue Subtract(OnnxValue y) => new OnnxResult("Sub", [x, y]);
        public OnnxValue Multiply(OnnxValue y) => new OnnxResult("Mul", [x, y]);
        public OnnxValue Divide(OnnxValue y) => new OnnxResult("Div", [x, y]);
        public OnnxValue Power(OnnxValue y) => new OnnxResult("Pow", [x, y]);
        public OnnxValue MatMul(OnnxValue y) => new OnnxResult("MatMul", [x, y]);

        public OnnxValue Negative => new OnnxResult("Neg", [x]);
        public OnnxValue Absolute => new OnnxResult("Abs", [x]);
        public OnnxValue Exponential => new OnnxResult("Exp", [x]);
        public OnnxValue Logarithm => new OnnxResult("Log", [x]);
        public OnnxValue Reciprocal => new OnnxResult("Reciprocal", [x]);
        public OnnxValue Relu => new OnnxResult("Relu", [x]);
        public OnnxValue Tanh => new OnnxResult("Tanh", [x]);
        public OnnxValue Identity => new OnnxResult("Identity", [x]);

        public OnnxValue IsGreater(OnnxValue y) => new OnnxResult("Greater", [x, y]);
        public OnnxValue IsLess(OnnxValue y) => new OnnxResult("Less", [x, y]);
        public OnnxValue IsAtMost(OnnxValue y) => new OnnxResult("LessOrEqual", [x, y]);
        public OnnxValue IsEqual(OnnxValue y) => new OnnxResult("Equal", [x, y]);

        /// <summary>The entries of <paramref name="yes"/> where the flag x is true, those of <paramref name="no"/> elsewhere.</summary>
        public OnnxValue Choose(OnnxValue yes, OnnxValue no) => new OnnxResult("Where", [x, yes, no]);

        /// <summary>The entries converted to a type. True becomes 1.</summary>
        public OnnxValue Cast(OnnxType type) => new OnnxResult("Cast", [x], OnnxAttribute.Of("to", (long)type));

        /// <summary>The lengths of all axes, as a list.</summary>
        public OnnxValue Lengths => new OnnxResult("Shape", [x]);

        /// <summary>The length of the first axis, as a list of one number.</summary>
        public OnnxValue Length =>
            new OnnxResult("Shape", [x], OnnxAttribute.Of("start", 0), OnnxAttribute.Of("end", 1));

        /// <summary>The entries in the same order, under axes of other lengths. One length may be -1: it follows from the others.</summary>
        public OnnxValue Reshape(params ImmutableArray<long> lengths) => new OnnxResult("Reshape", [x, OnnxTensor.Of(lengths)]);

        /// <summary>The axes in another order.</summary>
        public OnnxValue Transpose(params ImmutableArray<long> order) =>
            new OnnxResult("Transpose", [x], OnnxAttribute.Of("perm", order));

        /// <summary>Repeats along the axes of length 1, to these lengths. An axis keeps its length if 1 is given for it.</summary>
        public OnnxValue Expand(OnnxValue lengths) => new OnnxResult("Expand", [x, lengths]);

        /// <summary>One list after another.</summary>
        public OnnxValue Concat(OnnxValue y) => new OnnxResult("Concat", [x, y], OnnxAttribute.Of("axis", 0));

        /// <summary>The rows from one index up to another.</summary>
        public OnnxValue Slice(OnnxValue start, OnnxValue end) => new OnnxResult("Slice", [x, start, end, OnnxTensor.Of(0)]);

        /// <summary>The sum along an axis, whose length becomes 1 or, if <paramref name="keep"/> is false, which is dropped.</summary>
        public OnnxValue Sum(long axis, bool keep) =>
            new OnnxResult("ReduceSum", [x, OnnxTensor.Of(axis)], OnnxAttribute.Of("keepdims", keep ? 1 : 0));

        /// <summary>The maximum along an axis, which is dropped.</summary>
        public OnnxValue Maximum(long axis) =>
            new OnnxResult("ReduceMax", [x], OnnxAttribute.Of("axes", [axis]), OnnxAttribute.Of("keepdims", 0));

        /// <summary>The sums of the first 0, 1, 2, … numbers of a list.</summary>
        public OnnxValue SumsBefore => new OnnxResult("CumSum", [x, OnnxTensor.Scalar(0)], OnnxAttribute.Of("exclusive", 1));

        /// <summary>The numbers 0, 1, 2, … below x, which is a list of one number.</summary>
        public OnnxValue Count => new OnnxResult("Range", [OnnxTensor.Scalar(0), new OnnxResult("Squeeze", [x]), OnnxTensor.Scalar(1)]);

        /// <summary>The rows of x, or the numbers of a list, at these indices.</summary>
        public OnnxValue Gather(OnnxValue indices) => new OnnxResult("Gather", [x, indices], OnnxAttribute.Of("axis", 0));

        /// <summary>The columns of x at these indices.</summary>
        public OnnxValue GatherColumns(OnnxValue indices) => new OnnxResult("Gather", [x, indices], OnnxAttribute.Of("axis", 1));

        /// <summary>The entry of each row in the column that <paramref name="columns"/>, [rows, 1], has for it.</summary>
        public OnnxValue GatherEntries(OnnxValue columns) =>
            new OnnxResult("GatherElements", [x, columns], OnnxAttribute.Of("axis", 1));

        /// <summary>x, with one entry of each row, in column <paramref name="columns"/>, replaced.</summary>
        public OnnxValue ScatterEntries(OnnxValue columns, OnnxValue entries) =>
            new OnnxResult("ScatterElements", [x, columns, entries], OnnxAttribute.Of("axis", 1));

        /// <summary>x, with the rows at <paramref name="indices"/>, [n, 1], replaced. No index may occur twice.</summary>
        public OnnxValue ScatterRows(OnnxValue indices, OnnxValue rows) => new OnnxResult("ScatterND", [x, indices, rows]);

        /// <summary>
        /// x, with a row added to the row at each of <paramref name="indices"/>, [n, 1]. ScatterND could add as well, but ONNX Runtime
        /// computes it on several threads, and two of them may add to the same row at once.
        /// </summary>
        public OnnxValue ScatterAddRows(OnnxValue indices, OnnxValue rows) => new OnnxResult(
            "ScatterElements", [x, indices.Expand(rows.Lengths), rows], OnnxAttribute.Of("axis", 0), OnnxAttribute.Of("reduction", "add"));
    }
}
