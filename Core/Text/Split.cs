using LanguageExt;

namespace MicroGpt.Text;

/// <summary>
/// A rule that splits a text into documents: each line is one, lines of some kind separate them, or the whole text is one stream.
/// </summary>
public abstract record Split
{
    private Split(string name, string form) => (Name, Form) = (name, form);

    /// <summary>Each line is a document.</summary>
    public static Split Lines { get; } = new EachLine();

    /// <summary>Running text: the whole text is one stream of characters, and nothing is stripped.</summary>
    public static Split RunningText { get; } = new Whole();

    /// <summary>Blank lines separate documents, which may have several lines.</summary>
    public static Split BlankLines { get; } = new AtBlankLine();

    /// <summary>The name in options and files: lines, none, blank, or the text that a separating line begins with.</summary>
    public string Name { get; }

    /// <summary>The form of a text with documents, as a phrase: "one document on each line".</summary>
    public string Form { get; }

    /// <summary>True if the whole text is one stream of characters.</summary>
    public bool IsRunningText => this is Whole;

    /// <summary>The rule of this name, or the problem with it, which calls the setting <paramref name="setting"/>.</summary>
    public static Validation<Problem, Split> Create(string setting, string name) => name switch
    {
        "lines" => Lines,
        "none" => RunningText,
        "blank" => BlankLines,
        "" => new Problem($"{setting} is empty; it must be lines, none, blank, or the text that a separating line begins with."),
        _ when name.AsSpan().ContainsAny('\r', '\n') => new Problem(
            $"{setting} is {name.Quote()}, which no line begins with, for it has a line end; give the beginning of one line."),
        _ => new AtText(name),
    };

    /// <summary>
    /// The documents of a text whose lines end in \n, each with the number of its first line, from 1. A document is stripped of white space
    /// at both ends, and an empty one is dropped. Running text stays as it is.
    /// </summary>
    public virtual IEnumerable<(int Line, string Text)> Documents(string text)
    {
        var (line, counted) = (1, 0);
        foreach (var part in Parts(text))
        {
            if (text[part].Strip() is not { Length: > 0 } document) continue;
            var start = text.IndexOf(document[0], part.Start.Value); // only white space stands before it
            line += text.AsSpan(counted..start).Count('\n');
            counted = start;
            yield return (line, document);
        }
    }

    /// <summary>The reason why this rule cannot split a text, as a clause, if there is one.</summary>
    public virtual Option<string> FindObstacle(string text) => Option<string>.None;

    public sealed override string ToString() => Name;

    /// <summary>The parts of a text that documents stand in.</summary>
    protected abstract IEnumerable<Range> Parts(string text);

    private static IEnumerable<Range> LinesOf(string text)
    {
        for (var start = 0; start <= text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var found ? found : text.Length;
            yield return start..end;
            start = end + 1;
        }
    }

    private static IEnumerable<Range> Between(string text, Predicate<string> separates)
    {
        var start = 0;
        foreach (var line in LinesOf(text).Where(line => separates(text[line])))
        {
            yield return start..line.Start.Value;
            start = Math.Min(line.End.Value + 1, text.Length);
        }
        yield return start..text.Length;
    }

    private sealed record EachLine() : Split("lines", "one document on each line")
    {
        protected override IEnumerable<Range> Parts(string text) => LinesOf(text);
    }

    private sealed record Whole() : Split("none", "a text")
    {
        public override IEnumerable<(int Line, string Text)> Documents(string text) => text.IsBlank() ? [] : [(1, text)];

        protected override IEnumerable<Range> Parts(string text) => [Range.All];
    }

    private sealed record AtBlankLine() : Split("blank", "documents with blank lines between them")
    {
        protected override IEnumerable<Range> Parts(string text) => Between(text, line => line.IsBlank());
    }

    private sealed record AtText(string Start) : Split(Start, $"documents with lines that begin with {Start.Quote()} between them")
    {
        public override Option<string> FindObstacle(string text) => LinesOf(text).Any(line => Separates(text[line]))
            ? Option<string>.None
            : $"no line of it begins with {Start.Quote()}; choose another split: lines, none, blank, or the text that a separating line "
                + "begins with";

        protected override IEnumerable<Range> Parts(string text) => Between(text, Separates);

        private bool Separates(string line) => line.StartsWith(Start, StringComparison.Ordinal);
    }
}
