using FsCheck;

namespace MicroGpt.Properties;

/// <summary>Text to tokens and back, for any characters.</summary>
public class TextProperties
{
    [Law(200)]
    public Property Every_document_comes_back_from_its_tokens(Texts texts) => TextLaws.ComesBack(texts.Corpus, TextLaws.ThereAndBack);

    [Law(200)]
    public Property Every_document_stands_between_two_BOS(Texts texts) => TextLaws.IsFramedByBos(texts.Corpus, TextLaws.Encode);
}
