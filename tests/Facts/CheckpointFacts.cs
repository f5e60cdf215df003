using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MicroGpt.Checkpoints;
using MicroGpt.Model;
using MicroGpt.Properties;
using MicroGpt.Randomness;
using MicroGpt.Text;
using MicroGpt.Training;

namespace MicroGpt.Facts;

public class CheckpointFacts
{
    private static readonly ImmutableArray<byte> File = CheckpointFile.Write(Small(Precision.Double));

    [Theory]
    [InlineData(Precision.Double, "F64", 8)]
    [InlineData(Precision.Single, "F32", 4)]
    public void A_checkpoint_is_a_safetensors_file_of_the_parameters_and_two_moments(Precision precision, string type, int size)
    {
        var file = CheckpointFile.Write(Small(precision)).AsSpan();
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        Assert.Equal((byte)'{', file[8]);
        using var header = JsonDocument.Parse(file.Slice(8, length).ToArray());

        var shapes = Small(precision).Configuration.Table.Definitions;
        string[] names = [.. from part in (string[])["", "adam.m.", "adam.v."] from shape in shapes select part + shape.Name];
        Assert.Equal(["__metadata__", .. names], header.RootElement.EnumerateObject().Select(entry => entry.Name));
        Assert.All(
            header.RootElement.GetProperty("__metadata__").EnumerateObject(),
            entry => Assert.Equal(JsonValueKind.String, entry.Value.ValueKind));
        var end = 0;
        foreach (var (tensor, i) in header.RootElement.EnumerateObject().Skip(1).Select((entry, i) => (entry.Value, i)))
        {
            var shape = shapes[i % shapes.Length];
            Assert.Equal(type, tensor.GetProperty("dtype").GetString());
            Assert.Equal([shape.Rows, shape.Columns], tensor.GetProperty("shape").EnumerateArray().Select(x => x.GetInt32()));
            Assert.Equal([end, end + shape.Count * size], tensor.GetProperty("data_offsets").EnumerateArray().Select(x => x.GetInt32()));
            end += shape.Count * size;
        }
        Assert.Equal(file.Length, 8 + length + end);

        var (numbers, state) = (file[(8 + length)..].ToArray(), Small(precision).State);
        Assert.Equal(
            [.. state.Parameters.Values, .. state["m"].Values, .. state["v"].Values],
            Enumerable.Range(0, end / size).Select(
                i => size == 8 ? BitConverter.ToDouble(numbers, 8 * i) : BitConverter.ToSingle(numbers, 4 * i)));
    }

    [Fact]
    public void The_metadata_hold_all_settings_the_step_and_the_random_generator()
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(File.AsSpan());
        using var header = JsonDocument.Parse(File.AsMemory().Slice(8, length));
        var metadata = header.RootElement.GetProperty("__metadata__").EnumerateObject().ToDictionary(x => x.Name, x => x.Value.GetString());
        (string Name, string Value)[] expected =
        [
            ("format_version", "2"), ("format", "pt"), ("n_embd", "2"), ("n_head", "1"), ("n_layer", "1"), ("block_size", "2"),
            ("alphabet", "abno🦊"), ("steps", "5"), ("step", "1"), ("learning_rate", "0.01"), ("seed", "42"), ("batch_size", "3"),
            ("precision", "double"), ("engine", "scalar"), ("validation", "0.1"),
            ("optimizer", "adam"), ("beta1", "0.85"), ("beta2", "0.99"), ("epsilon", "1E-08"), ("clip", "0"),
            ("random_position", $"{Small(Precision.Double).Random.Position}"),
        ];
        Assert.All(expected, entry => Assert.Equal(entry.Value, metadata[entry.Name]));
        Assert.Equal(8 * MersenneTwister.Words, metadata["random_block"]!.Length);
    }

    [Fact]
    public void A_truncated_file_is_refused() =>
        Assert.All(Enumerable.Range(0, File.Length), length => Assert.True(Read(File[..length]).IsLeft, $"{length} bytes"));

    // A bit of a JSON escape tells "\u00e9" from "\u00E9", which is the same text. A stride of 5 bits meets every byte.
    [Fact, Trait("Speed", "Slow")]
    public void A_flipped_bit_is_refused_unless_the_content_is_the_same()
    {
        for (var bit = 0; bit < 8 * File.Length; bit += 5)
            Read(File.SetItem(bit / 8, (byte)(File[bit / 8] ^ 1 << bit % 8)))
                .IfRight(read => Assert.Equal(File.ToArray(), CheckpointFile.Write(read).ToArray()));
    }

    [Theory]
    [InlineData("\"sha256\":\"", "\"sha256\":\"f", "it is not as it was written, for its SHA-256 is another", false)]
    [InlineData("\"n_embd\":\"2\"", "\"n_embd\":\"0\"", "its n_embd is 0; it must be at least 1")]
    [InlineData("\"n_embd\":\"2\"", "\"n_embd\":\"3\"", "its sizes need 3600 bytes of numbers, and it holds 1824")]
    [InlineData("\"n_layer\":\"1\"", "\"n_layer\":\"9000000\"", "its sizes need 10368000672 bytes of numbers, and it holds 1824")]
    [InlineData("\"n_layer\":\"1\"", "\"n_layer\":\"2147483647\"",
        "n_embd 2, n_layer 2147483647 and block_size 2 make 103,079,215,068 parameters, more than memory can hold; choose smaller ones")]
    [InlineData("\"n_layer\":\"1\"", "\"n_layer\":\"2147483648\"", "its n_layer is 2147483648; it must be at most 2147483647")]
    [InlineData("\"n_layer\":\"1\"", "\"n_layer\":1", "its header is not the JSON of a safetensors file")]
    [InlineData("\"n_layer\":\"1\"", "\"n_layer\":\"01\"", "its n_layer is “01”, which this program writes as “1”")]
    [InlineData("\"n_layer\":\"1\",", "", "its header does not tell n_layer")]
    [InlineData("\"n_layer\":\"1\"", "\"n_layer\":\"1\",\"n_layer\":\"1\"", "its header is not the JSON of a safetensors file")]
    [InlineData("\"alphabet\":\"abno", "\"alphabet\":\"nabo", "its alphabet is not in order")]
    [InlineData("\"alphabet\":\"a", "\"alphabet\":\"\\ud800", "its header is not the JSON of a safetensors file")]
    [InlineData("\"step\":\"1\"", "\"step\":\"6\"", "its step is 6 of 5")]
    [InlineData("\"seed\":\"42\"", "\"seed\":\"-1\"", "its seed is -1; it must be at least 0")]
    [InlineData("\"batch_size\":\"3\"", "\"batch_size\":\"0\"", "batch_size is 0; it must be at least 1")]
    [InlineData("\"schedule\":\"linear\"", "\"schedule\":\"sine\"", "its schedule is “sine”; it must be linear, cosine or constant")]
    [InlineData("\"warmup\":\"0\"", "\"warmup\":\"5\"", "warmup is 5; it must be less than steps, which is 5")]
    [InlineData("\"validation\":\"0.1\"", "\"validation\":\"1\"", "validation is 1; it must be at least 0 and less than 1")]
    [InlineData("\"learning_rate\":\"0.01\"", "\"learning_rate\":\"NaN\"",
        "its learning_rate is NaN; it must be finite and greater than 0")]
    [InlineData("\"precision\":\"double\"", "\"precision\":\"half\"", "its precision is “half”; it must be double or single")]
    [InlineData("\"engine\":\"scalar\"", "\"engine\":\"1\"", "its engine is “1”; it must be compiled, scalar or expression")]
    [InlineData("\"random_position\":\"", "\"random_position\":\"9", "beyond the end of the block")]
    [InlineData("\"random_block\":\"", "\"random_block\":\"0", "its random_block is not the state of a generator")]
    [InlineData("\"random_spare\":\"", "\"random_spare\":\"∞", "no number")]
    [InlineData("\"dtype\":\"F64\"", "\"dtype\":\"F32\"", "its “wte” is “F32 [6, 2]”, which does not fill bytes 0 to 96")]
    [InlineData("\"shape\":[6,2]", "\"shape\":[2,6]", "its “wte” is “F64 [2, 6]”, and its sizes make it “F64 [6, 2]”")]
    [InlineData("\"data_offsets\":[0,96]", "\"data_offsets\":[0,88]", "its “wte” is “F64 [6, 2]”, which does not fill bytes 0 to 88")]
    [InlineData("\"data_offsets\":[96,", "\"data_offsets\":[88,", "its “wpe” is “F64 [2, 2]”, which does not fill bytes 88 to 128")]
    [InlineData("\"data_offsets\":[0,96]", "\"data_offsets\":[0,18446744073709551712]",
        "its header does not describe “wte” by a dtype, a shape and data_offsets")]
    [InlineData("\"data_offsets\":[96,128]", "\"data_offsets\":[64,96]", "its “wte” and “wpe” overlap")]
    [InlineData("\"shape\":[2,2],\"data_offsets\":[96,128]", "\"shape\":[1,2],\"data_offsets\":[112,128]",
        "bytes 96 to 112 of its numbers belong to no tensor")]
    [InlineData("\"wte\":{", "\"wxe\":{", "it has no tensor “wte”")]
    [InlineData("\"wte\":{", "\"more\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"wte\":{",
        "its tensor “more” belongs to no checkpoint of its sizes")]
    [InlineData("\"step\":\"1\"", "\"step\":\"1\",\"mood\":\"good\"", "its header holds “mood”, which has no meaning here")]
    [InlineData("\"wte\":{", "\"wte\":{\"wte\":{\"wte\":{}},", "its header is not the JSON of a safetensors file")]
    [InlineData("\"wte\":{", "\"wpe\":{", "its header is not the JSON of a safetensors file")]
    [InlineData("}}", "}}}", "its header is not the JSON of a safetensors file")]
    public void A_forged_header_with_the_right_hash_is_refused_by_its_content(string text, string forged, string reason, bool seal = true)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(File.AsSpan());
        var header = Encoding.UTF8.GetString(File.AsSpan(8, length));
        var at = header.IndexOf(text, StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(header[..at] + forged + header[(at + text.Length)..]);
        byte[] file = [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. File.AsSpan()[(8 + length)..]];
        Refused(seal ? Tampered.Sealed(file) : file, reason);
    }

    [Theory]
    [InlineData(0L, "its header is not the JSON of a safetensors file")]
    [InlineData(1L << 40, "its header claims 1099511627776 bytes, more than there are")]
    [InlineData(-1L, "its header claims 18446744073709551615 bytes, more than there are")]
    public void A_header_that_claims_another_length_is_refused(long length, string reason) =>
        Refused(Tampered.Sealed([.. BitConverter.GetBytes(length), .. File.AsSpan()[8..]]), reason);

    [Theory]
    [InlineData(double.NaN, "its adam.v.layer0.mlp_fc2[1, 7] is NaN")]
    [InlineData(double.PositiveInfinity, "its adam.v.layer0.mlp_fc2[1, 7] is Infinity")]
    [InlineData(-1, "its adam.v.layer0.mlp_fc2[1, 7] is -1")]
    public void A_number_that_is_not_finite_or_a_negative_square_is_refused_by_name(double number, string reason) =>
        Refused(Tampered.Sealed([.. File.AsSpan()[..^8], .. BitConverter.GetBytes(number)]), reason);

    [Fact]
    public void Sizes_that_a_file_only_claims_take_no_memory()
    {
        var file = Tampered.Sealed(Tampered.WithHeader(File.ToArray(), header => Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(header).Replace("\"n_layer\":\"1\"", "\"n_layer\":\"400000\""))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(file, "its sizes need 460800672 bytes of numbers, and it holds 1824");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused() =>
        Refused(Tampered.Sealed([.. File.AsSpan(), 0]), "bytes 1824 to 1825 of its numbers belong to no tensor");

    [Fact]
    public void A_file_that_hugging_face_writes_again_is_read()
    {
        var rewritten = ForeignFile.Parse(File.AsSpan()).WriteAsHuggingFace();
        Assert.NotEqual(File.ToArray(), rewritten);
        Assert.Equal(["adam.m.layer0.attn_wk", "adam.m.layer0.attn_wo"], ForeignFile.Parse(rewritten).Tensors.Take(2).Select(x => x.Name));
        Assert.Equal(File.ToArray(), CheckpointFile.Write(Read([.. rewritten]).OrThrow()).ToArray());
    }

    [Fact]
    public void The_hash_of_a_content_is_the_sha_256_of_its_texts_and_tensors_by_name() =>
        Assert.Equal(
            ForeignFile.Parse(File.AsSpan()).ContentHash(),
            ForeignFile.Parse(File.AsSpan()).Metadata.Single(entry => entry.Name == "sha256").Text);

    [Fact]
    public void Writing_throws_where_single_precision_would_round()
    {
        var (whole, lossy) = (Small(Precision.Single), Small(Precision.Double).State);
        Assert.Throws<ArgumentException>(() => CheckpointFile.Write(whole with { State = lossy }));
    }

    [Fact]
    public void A_model_too_large_for_a_file_is_a_problem()
    {
        var large = Configuration.Create(4096, 1, 1, 16, 27).OrThrow();
        Assert.True(CheckpointFile.Fits(large, Precision.Double, Optimizers.Default).IsFail);
        Assert.True(CheckpointFile.Fits(Small(Precision.Double).Configuration, Precision.Double, Optimizers.Default).IsSuccess);
    }

    private static Checkpoint Small(Precision precision)
    {
        var tokenizer = Tokenizer.Of(new(["anna", "bob", "🦊"]));
        var configuration = Configuration.Create(2, 1, 1, 2, tokenizer.VocabSize).OrThrow();
        var (parameters, random) = Parameters.Draw(configuration.Table, PythonRandom.Seed(42));
        var rounded = parameters with { Values = [.. parameters.Values.Select(x => precision == Precision.Single ? (float)x : x)] };
        Slot[] slots = [new("m", configuration.Table, rounded.Values), new("v", configuration.Table, [.. rounded.Values.Select(Math.Abs)])];
        var schedule = TrainingSchedule.Create(5, 0.01, 3).OrThrow();
        var run = RunConfiguration.Default with
        {
            Sizes = new(2, 1, 1, 2),
            Schedule = schedule,
            Precision = precision,
            Engine = precision == Precision.Single ? EngineKind.Compiled : EngineKind.Scalar,
            Validation = 0.1,
        };
        return new(new(rounded, [.. slots], 1), random.Gauss(0, 1).Next, tokenizer, run, Convert.ToHexStringLower(new byte[32]));
    }

    [Fact]
    public void A_file_holds_the_slots_of_its_optimizer_by_name()
    {
        var file = CheckpointFile.Write(By(new Sgd { Momentum = 0.9 }));
        Assert.Equal(By(new Sgd { Momentum = 0.9 }).State, Read(file).OrThrow().State);
        Assert.Equal(new Sgd { Momentum = 0.9 }, Read(file).OrThrow().RunConfiguration.Optimizer);
        var header = Encoding.UTF8.GetString(file.AsSpan());
        Assert.Contains("\"optimizer\":\"sgd\",\"momentum\":\"0.9\",\"nesterov\":\"0\",\"clip\":\"0\"", header);
        Assert.Contains("\"sgd.velocity.wte\"", header);
        Assert.Contains("\"optimizer\":\"adam\"", Encoding.UTF8.GetString(CheckpointFile.Write(By(new Adam())).AsSpan()));
    }

    [Fact]
    public void A_run_goes_on_only_with_its_optimizer()
    {
        Assert.Equal(
            ["optimizer is sgd, and was adam in the run that was saved; a run goes on only as it began."],
            By(new Sgd()).From(By(new Adam()), extend: false, name => name).Sentences());
        Assert.Equal(
            ["beta1 is 0.9, and was 0.85 in the run that was saved; a run goes on only as it began."],
            By(new Adam { Beta1 = 0.9 }).From(By(new Adam()), extend: false, name => name).Sentences());
    }

    private static Checkpoint By(Optimizer optimizer)
    {
        var small = Small(Precision.Double);
        return small with
        {
            State = TrainingState.Start(small.State.Parameters, optimizer) with { Step = 1 },
            RunConfiguration = small.RunConfiguration with { Optimizer = optimizer },
        };
    }

    private static LanguageExt.Either<Problem, Checkpoint> Read(ImmutableArray<byte> file) => CheckpointFile.Read(file.AsMemory(), "model");

    private static void Refused(ReadOnlySpan<byte> file, string reason)
    {
        var sentence = Read([.. file]).ProblemOrThrow().Sentence;
        Assert.StartsWith("model cannot be used as a checkpoint: ", sentence);
        Assert.EndsWith($"{reason}; name a file that --save wrote.", sentence);
    }
}
