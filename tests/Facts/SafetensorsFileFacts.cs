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

    private static LanguageExt.Either<string, SafetensorsFile> Read(string json, byte[] bytes)
    {
        var header = Encoding.UTF8.GetBytes(json);
        return SafetensorsFile.Read((byte[])[.. BitConverter.GetBytes((long)header.Length), .. header, .. bytes]);
    }
}
