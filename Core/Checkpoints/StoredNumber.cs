using System.Buffers.Binary;
using MicroGpt.Training;

namespace MicroGpt.Checkpoints;

/// <summary>A number as safetensors stores it, little-endian.</summary>
public static class StoredNumber
{
    extension(Precision precision)
    {
        /// <summary>What safetensors calls it.</summary>
        public string DType => precision == Precision.Double ? "F64" : "F32";

        /// <summary>How many bytes a number takes.</summary>
        public int Bytes => precision == Precision.Double ? sizeof(double) : sizeof(float);

        /// <summary>The number that begins a span.</summary>
        public double Read(ReadOnlySpan<byte> bytes) => precision == Precision.Double
            ? BinaryPrimitives.ReadDoubleLittleEndian(bytes)
            : BinaryPrimitives.ReadSingleLittleEndian(bytes);

        /// <summary>Writes a number at the beginning of a span. It must be one that this precision has, for no bit may be lost.</summary>
        public void Write(Span<byte> bytes, double number)
        {
            if (precision == Precision.Double)
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
            else if ((float)number == number)
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)number);
            else
                throw new ArgumentException($"{number:R} has more bits than single precision holds.", nameof(number));
        }
    }
}
