using System.Text;
using MicroGpt.Randomness;
using MicroGpt.Text;

namespace MicroGpt.Facts;

public class CorpusFacts
{
    [Fact]
    public void The_given_names_shuffled_with_seed_42_stand_in_CPythons_order()
    {
        var recorded = Recorded.Json("given-names.json");
        var corpus = Corpus.Parse(Recorded.Bytes("given-names.txt"), "given-names.txt", Split.Lines).OrThrow();
        var (shuffled, _) = corpus.Shuffle(PythonRandom.Seed(42));

        Assert.Equal(recorded.GetProperty("num_docs").GetInt32(), corpus.Documents.Length);
        Assert.Equal(recorded.GetProperty("first_docs").Strings(), shuffled.Documents.Take(20));
    }

    [Theory]
    [InlineData("anna\nbob\nzoë")]
    [InlineData("anna\nbob\nzoë\n")]
    [InlineData("anna\r\nbob\r\nzoë\r\n")]
    [InlineData("anna\rbob\rzoë\r")]
    [InlineData("\n\nanna\r\n\r\nbob\r\r \t \nzoë")]
    [InlineData("\uFEFFanna\nbob\nzoë")]
    public void Line_ends_blank_lines_and_a_byte_order_mark_are_removed(string text) =>
        Assert.Equal(["anna", "bob", "zoë"], Documents(text));

    [Theory]
    [InlineData("anna\nbob\nzoë", 1, 2, 3)]
    [InlineData("anna\r\nbob\r\nzoë\r\n", 1, 2, 3)]
    [InlineData("anna\rbob\rzoë\r", 1, 2, 3)]
    [InlineData("\uFEFF\n\nanna\r\n\r\nbob\r\r \t \nzoë", 3, 5, 8)]
    public void A_document_stands_on_a_line(string text, params int[] lines) =>
        Assert.Equal(lines, Enumerable.Range(0, 3).Select(i => Corpus.LineOf(Encoding.UTF8.GetBytes(text), Split.Lines, i)));

    [Fact]
    public void Exactly_Pythons_white_space_is_stripped_from_both_ends()
    {
        int[] python =
        [
            .. Range(0x09, 0x0D), .. Range(0x1C, 0x20), 0x85, 0xA0, 0x1680, .. Range(0x2000, 0x200A),
            0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
        ];
        Assert.Equal(python, Range(0, char.MaxValue).Where(c => $"{(char)c}a{(char)c}".Strip() == "a"));

        static IEnumerable<int> Range(int first, int last) => Enumerable.Range(first, last - first + 1);
    }

    [Fact]
    public void White_space_inside_a_line_stays() =>
        Assert.Equal(["mary ann", "a\u2028b", "c\u0085d"], Documents(" mary ann \na\u2028b\nc\u0085d"));

    [Fact]
    public void Zero_width_characters_are_not_white_space() =>
        Assert.Equal(["\u200Banna\u200B", "bob\uFEFF"], Documents("\u200Banna\u200B\nbob\uFEFF"));

    [Fact]
    public void Only_one_byte_order_mark_is_taken_off() => Assert.Equal(["\uFEFFanna"], Documents("\uFEFF\uFEFFanna"));

    [Theory]
    [InlineData(new byte[] { 0x61, 0x0A, 0xFF, 0x62 }, "0xFF at offset 2")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0x80 }, "0x80 at offset 4")]
    [InlineData(new byte[] { 0x61, 0xC3 }, "0xC3 at offset 1")]
    [InlineData(new byte[] { 0xC0, 0xAF }, "0xC0 at offset 0")]
    [InlineData(new byte[] { 0x61, 0xED, 0xA0, 0x80 }, "0xED at offset 1")]
    public void Bytes_that_are_not_UTF8_are_a_problem_that_names_the_source_and_the_offset(byte[] bytes, string place) =>
        Assert.Equal(
            $"names.txt is not UTF-8: the byte {place} begins no valid character; save the text as UTF-8.",
            Corpus.Parse(bytes, "names.txt", Split.Lines).ProblemOrThrow().Sentence);

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\n \r\n\t\u3000\n")]
    public void A_text_without_documents_is_a_problem_that_names_the_source(string text) =>
        Assert.Equal(
            "names.txt holds no documents, for it is empty or blank; write one document on each line.",
            Corpus.Parse(Encoding.UTF8.GetBytes(text), "names.txt", Split.Lines).ProblemOrThrow().Sentence);

    private static IReadOnlyList<string> Documents(string text) =>
        Corpus.Parse(Encoding.UTF8.GetBytes(text), "names.txt", Split.Lines).OrThrow().Documents;
}
