using System.Text;
using MicroGpt.Checkpoints;

namespace MicroGpt.Facts;

/// <summary>Safetensors files of any program: names, types and bytes, or the reason why a file is none.</summary>
public class SafetensorsFileFacts
{
    [Fact]
    public void The_tensors_of_another_program_are_read_by_name_with_type_and_bytes()
    {
        var file = Read("""
            { "b": {"shape": [], "dtype": "BF16", "data_offsets": [4, 6]},
              "a": {"data_offsets": [0, 4], "dtype": "U8", "shape": [2, 2]},
              "none": {"dtype": "F32", "shape": [3, 0], "data_offsets": [4, 4]} }
            """, [1, 2, 3, 4, 5, 6]).IfLeft(reason => throw new InvalidOperationException(reason));
        Assert.Empty(file.Metadata);
        Assert.Equal(
            [
                KeyValuePair.Create("a", new StoredTensor(new("U8", [2, 2]), new byte[] { 1, 2, 3, 4 })),
                KeyValuePair.Create("b", new StoredTensor(new("BF16", []), new byte[] { 5, 6 })),
                KeyValuePair.Create("none", new StoredTensor(new("F32", [3, 0]), new byte[] { })),
            ],
            file.Tensors);
        Assert.Equal("3 tensors: a, b, none", $"{file}");
        Assert.Equal("U8 [2, 2]", $"{file.Tensors["a"]}");
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "bytes 4 to 6 of its numbers belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", "bytes 0 to 2 of its numbers belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "its tensors need 8 bytes of numbers, and it holds 6")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}, "b":{"dtype":"U8","shape":[3],"data_offsets":[3,6]}}""",
        "its “a” and “b” overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[6,0]}}""", "its “a” is “U8 [6]”, which does not fill bytes 6 to 0")]
    [InlineData("""{"a":{"dtype":"F99","shape":[6],"data_offsets":[0,6]}}""", "its “a” is “F99 [6]”, which does not fill bytes 0 to 6")]
    [InlineData("""{"a":{"dtype":"F4","shape":[11],"data_offsets":[0,6]}}""", "its “a” is “F4 [11]”, which does not fill bytes 0 to 6")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4611686018427387904,4,6],"data_offsets":[0,6]}}""",
        "its “a” is “U8 [4611686018427387904, 4, 6]”, which does not fill bytes 0 to 6")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-6],"data_offsets":[0,6]}}""",
        "its header does not describe “a” by a dtype, a shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6],"more":0}}""",
        "its header does not describe “a” by a dtype, a shape and data_offsets")]
    [InlineData("""{"a":[0,6]}""", "its header does not describe “a” by a dtype, a shape and data_offsets")]
    [InlineData("""{"__metadata__":{"a":null}}""", "its header is not the JSON of a safetensors file")]
    [InlineData("""{"__metadata__":[]}""", "its header is not the JSON of a safetensors file")]
    [InlineData("[]", "its header is not the JSON of a safetensors file")]
    [InlineData("{", "its header is not the JSON of a safetensors file")]
    public void A_file_that_is_not_sound_is_told_by_the_first_reason(string json, string reason) =>
        Assert.Equal(reason, Read(json, new byte[6]).Match(Left: found => found, Right: file => $"{file}"));

    [Fact]
    public void A_file_that_ends_within_its_header_is_not_sound()
    {
        Assert.Equal("it ends within its header", Reason(new byte[7]));
        Assert.Equal("its header claims 2 bytes, more than there are", Reason([2, 0, 0, 0, 0, 0, 0, 0, (byte)'{']));

        static string Reason(byte[] file) => SafetensorsFile.Read(file).Match(Left: found => found, Right: read => $"{read}");
    }

    // The cases of the tests of the safetensors package, by their names there. The format wants a header to begin with a brace, and every
    // byte after it to belong to one tensor.
    [Theory]
    [InlineData("header_too_small", 0, "", 0, "it ends within its header")]
    [InlineData("invalid_header_length", 60, "", 0, "its header claims 60 bytes, more than there are")]
    [InlineData("header_too_large", -1099511627716, Square, 16, "its header claims 18446742974197923900 bytes, more than there are")]
    [InlineData("invalid_header_non_utf8", 1, "\u00FF", 0, NotJson)]
    [InlineData("invalid_header_not_json", 1, "{", 0, NotJson)]
    [InlineData("invalid_header_start", 6, "\t\n{}\r ", 0, NotJson)]
    [InlineData("metadata_incomplete_buffer", 60, Square, 50, "bytes 16 to 50 of its numbers belong to no tensor")]
    [InlineData("metadata_incomplete_buffer", 60, Square, 14, "its tensors need 16 bytes of numbers, and it holds 14")]
    [InlineData("invalid_info", 60, """{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0, 4]}}""", 0,
        "its “test” is “I32 [2, 2]”, which does not fill bytes 0 to 4")]
    [InlineData("validation_overflow", 79, """{"test":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}""", 16,
        "its header does not describe “test” by a dtype, a shape and data_offsets")]
    [InlineData("validation_overflow", 78, """{"test":{"dtype":"I32","shape":[2,9223372036854775807],"data_offsets":[0,16]}}""", 16,
        "its “test” is “I32 [2, 9223372036854775807]”, which does not fill bytes 0 to 16")]
    [InlineData("json_attack", 115,
        """{"w0":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"w1":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""", 16,
        "its “w0” and “w1” overlap")]
    [InlineData("exception", 40, """{"test":{"dtype":"float32","shape":[1]}}""", 4,
        "its header does not describe “test” by a dtype, a shape and data_offsets")]
    [InlineData("deserialization", 60, Square, 16, "1 tensors: test")]
    [InlineData("empty_shapes_allowed", 56, """{"test":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}""", 4, "1 tensors: test")]
    [InlineData("zero_sized_tensor", 60, """{"test":{"dtype":"I32","shape":[2,0],"data_offsets":[0, 0]}}""", 0, "1 tensors: test")]
    [InlineData("whitespace_padded_header", 6, "{}\r \t\n", 0, "0 tensors: ")]
    public void The_package_s_own_cases_are_read_or_refused(string name, long length, string header, int bytes, string outcome) =>
        Assert.Equal(
            (name, outcome),
            (name, SafetensorsFile.Read((byte[])[.. FieldOf(length, header), .. Encoding.Latin1.GetBytes(header), .. new byte[bytes]])
                .Match(Left: reason => reason, Right: file => $"{file}")));

    private const string NotJson = "its header is not the JSON of a safetensors file";

    private const string Square = """{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""";

    // The case of a file without any bytes has no length field.
    private static byte[] FieldOf(long length, string header) => length == 0 && header == "" ? [] : BitConverter.GetBytes(length);

    private static LanguageExt.Either<string, SafetensorsFile> Read(string json, byte[] bytes)
    {
        var header = Encoding.UTF8.GetBytes(json);
        return SafetensorsFile.Read((byte[])[.. BitConverter.GetBytes((long)header.Length), .. header, .. bytes]);
    }
}
