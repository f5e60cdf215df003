using FsCheck;
using MicroGpt.Text;

namespace MicroGpt.Properties;

/// <summary>Text to integers and back, whatever the characters.</summary>
public class TextProperties
{
    [Law(200)]
    public Property Every_document_comes_back_from_its_tokens(Corpus corpus) => TextLaws.ComesBack(corpus, TextLaws.ThereAndBack);

    [Law(200)]
    public Property Every_document_stands_between_two_BOS(Corpus corpus) => TextLaws.IsFramedByBos(corpus, TextLaws.Encode);
}
