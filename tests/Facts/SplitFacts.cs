using System.Text;
using MicroGpt.Text;

namespace MicroGpt.Facts;

public class SplitFacts
{
    public static TheoryData<string> Names => ["lines", "none", "blank", "%%"];

    [Theory]
    [InlineData("lines", "a b", "c", "%% d", "e", "f")]
    [InlineData("none", " a b\n\nc\n%% d\n e \n \t\nf\n")]
    [InlineData("blank", "a b", "c\n%% d\n e", "f")]
    [InlineData("%%", "a b\n\nc", "e \n \t\nf")]
    [InlineData("%", "a b\n\nc", "e \n \t\nf")]
    public void A_split_makes_documents(string split, params string[] documents) =>
        Assert.Equal(documents, Parse(" a b\n\nc\n%% d\n e \n \t\nf\n", split));

    [Fact]
    public void A_line_separates_if_it_begins_with_the_text_and_is_dropped_whole() => Assert.Equal(
        ["ACGT\nTT", "A > C\n >\nGG"], Parse(">one, first\nACGT\nTT\n>two\n\n>three\nA > C\n >\nGG\n>", ">"));

    [Theory]
    [InlineData("blank")]
    [InlineData("%%")]
    public void Blank_lines_around_documents_and_separators_without_a_document_make_none(string split) =>
        Assert.Equal(["a", "b"], Parse("\n%%\n \n%%\n\n\na\n\n%%\n\nb\n\n%%\n\n", split).Where(document => document != "%%"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Line_ends_of_Windows_and_of_old_machines_are_those_of_Unix(string split)
    {
        const string Text = "\na\n\nb \n c\n%%d\n\u0085\ne\n";
        var unix = Parse(Text, split);
        Assert.Equal(unix, Parse(Text.Replace("\n", "\r\n"), split));
        Assert.Equal(unix, Parse(Text.Replace('\n', '\r'), split));
        Assert.DoesNotContain(unix, document => document.Contains('\r'));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_byte_order_mark_at_the_beginning_is_taken_off(string split)
    {
        Assert.Equal(Parse("a\n\n%%\nb", split), Parse("\uFEFFa\n\n%%\nb", split));
        Assert.Equal("\uFEFFa", Parse("\uFEFF\uFEFFa\n\n%%\nb", split)[0].Split('\n')[0]);
    }

    // As in Python: open() ends a line at \n, \r and \r\n alone, and str.strip() counts the others as white space.
    [Theory]
    [InlineData("lines", "a\u0085b", "%%", "c\u2028d\u2029e\vf\fg\u001Ch")]
    [InlineData("none", "\u0085a\u0085b\n%%\n\u2028c\u2028d\u2029e\vf\fg\u001Ch\f\n")]
    [InlineData("blank", "a\u0085b\n%%\n\u2028c\u2028d\u2029e\vf\fg\u001Ch")]
    [InlineData("%%", "a\u0085b", "c\u2028d\u2029e\vf\fg\u001Ch")]
    public void Next_line_and_other_separators_of_Unicode_end_no_line_and_are_white_space(string split, params string[] documents) =>
        Assert.Equal(documents, Parse("\u0085a\u0085b\n%%\n\u2028c\u2028d\u2029e\vf\fg\u001Ch\f\n", split));

    [Theory]
    [InlineData("lines", 3, 5, 7, 8, 11)]
    [InlineData("none", 1)]
    [InlineData("blank", 3, 5, 7, 11)]
    [InlineData("%%", 3, 8)]
    public void A_document_begins_on_a_line(string split, params int[] lines)
    {
        var text = Encoding.UTF8.GetBytes("\uFEFF\n\n a\r\n \nb\r\r%%\nc\n\n\n d");
        var rule = Split.Create("split", split).OrThrow();
        var documents = Corpus.Parse(text, "a.txt", rule).OrThrow().Documents;
        Assert.Equal(lines, Enumerable.Range(0, documents.Length).Select(i => Corpus.LineOf(text, rule, i)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_split_has_a_name_that_makes_it_again(string name)
    {
        var split = Split.Create("split", name).OrThrow();
        Assert.Equal(name, split.Name);
        Assert.Equal(split, Split.Create("split", split.Name).OrThrow());
        Assert.Equal(name == "none", split.IsRunningText);
    }

    [Theory]
    [InlineData("", "--split is empty; it must be lines, none, blank, or the text that a separating line begins with.")]
    [InlineData("a\nb", @"--split is “a\u000Ab”, which no line begins with, for it has a line end; give the beginning of one line.")]
    [InlineData("\r", @"--split is “\u000D”, which no line begins with, for it has a line end; give the beginning of one line.")]
    public void A_text_that_no_line_can_begin_with_is_refused(string name, string sentence) =>
        Assert.Equal(sentence, Split.Create("--split", name).ToEither().MapLeft(problems => problems.Head).ProblemOrThrow().Sentence);

    [Theory]
    [InlineData("anna\nbob", "line", "cannot be split into documents: no line of it begins with “line”; choose another split: lines, none, "
        + "blank, or the text that a separating line begins with.")]
    [InlineData("a\n >b", ">", "cannot be split into documents: no line of it begins with “>”; choose another split: lines, none, blank, "
        + "or the text that a separating line begins with.")]
    [InlineData("\n \n", "none", "holds no documents, for it is empty or blank; write a text.")]
    [InlineData("", "blank", "holds no documents, for it is empty or blank; write documents with blank lines between them.")]
    [InlineData(">\n\n>", ">", "holds no documents, for it is made of separating lines only; write documents with lines that begin "
        + "with “>” between them.")]
    public void A_text_that_a_split_makes_no_documents_of_is_a_problem(string text, string split, string sentence) => Assert.Equal(
        $"a.txt {sentence}",
        Corpus.Parse(Encoding.UTF8.GetBytes(text), "a.txt", Split.Create("split", split).OrThrow()).ProblemOrThrow().Sentence);

    [Fact]
    public void The_end_of_running_text_is_held_out_by_characters_and_none_is_divided()
    {
        var (kept, heldOut) = new Corpus(["ab🦊\ncd🐻e🦊f"], Split.RunningText).HoldOut(0.4).OrThrow();
        Assert.Equal(["ab🦊\ncd"], kept.Documents.AsEnumerable());
        Assert.Equal(["🐻e🦊f"], heldOut.AsEnumerable());
        Assert.Equal(Split.RunningText, kept.Split);
        Assert.Empty(new Corpus(["ab"], Split.RunningText).HoldOut(0).OrThrow().HeldOut);
    }

    [Fact]
    public void A_share_that_holds_out_no_character_is_a_problem() => Assert.Equal(
        "validation is 0.1, which of 3 characters holds out none; choose another share.",
        new Corpus(["abc"], Split.RunningText).HoldOut(0.1).ProblemOrThrow().Sentence);

    private static IReadOnlyList<string> Parse(string text, string split) => Corpus
        .Parse(Encoding.UTF8.GetBytes(text), "a.txt", Split.Create("split", split).OrThrow()).OrThrow().Documents;
}
