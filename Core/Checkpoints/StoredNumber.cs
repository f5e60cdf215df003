using System.Buffers.Binary;
using MicroGpt.Training;

namespace MicroGpt.Checkpoints;

/// <summary>Numbers as safetensors stores them: little-endian, in 32 or 64 bits.</summary>
public static class StoredNumber
{
    extension(Precision precision)
    {
        /// <summary>The name of the format in safetensors.</summary>
        public string DType => precision == Precision.Double ? "F64" : "F32";

        /// <summary>The size of a number, in bytes.</summary>
        public int Bytes => precision == Precision.Double ? sizeof(double) : sizeof(float);

        /// <summary>Reads the number at the start of a span.</summary>
        public double Read(ReadOnlySpan<byte> bytes) => precision == Precision.Double
            ? BinaryPrimitives.ReadDoubleLittleEndian(bytes)
            : BinaryPrimitives.ReadSingleLittleEndian(bytes);

        /// <summary>
        /// Writes a number at the start of a span. An <see cref="ArgumentException"/> is thrown if the precision
        /// cannot hold the number exactly.
        /// </summary>
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
