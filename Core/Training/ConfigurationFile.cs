using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LanguageExt;
using MicroGpt.Text;

namespace MicroGpt.Training;

/// <summary>
/// The configuration of a run as a JSON file: one object, with a key for each setting. null stands for what the program chooses. Comments
/// and trailing commas are read, and never written.
/// </summary>
public static class ConfigurationFile
{
    private const string SchemaKey = "$schema"; // by which an editor finds the schema

    private static JsonWriterOptions Indented => new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonDocumentOptions Lenient => new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The text of each setting that a file gives, or a problem with it. A problem with the whole file if it is no JSON.</summary>
    public static Either<Problem, ImmutableArray<(string Setting, Validation<Problem, string> Text)>> Read(
        ReadOnlyMemory<byte> json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json[(json.Span.StartsWith(Encoding.UTF8.Preamble) ? 3 : 0)..], Lenient);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? new Problem($"{path} cannot be read as a configuration: it must be a JSON object, such as {{ \"steps\": 1000 }}.")
                : ImmutableArray.CreateRange(
                    from property in document.RootElement.EnumerateObject()
                    group property.Value by property.Name into values
                    where values.Key != SchemaKey && !values.All(value => value.ValueKind == JsonValueKind.Null)
                    select (values.Key, Read(SettingSource.File(path), values.Key, [.. values])));
        }
        catch (JsonException e)
        {
            return new Problem($"{path} cannot be read as JSON: line {e.LineNumber + 1} has a mistake at byte {e.BytePositionInLine + 1}; "
                + "correct it there.");
        }
        catch (InvalidOperationException)
        {
            return new Problem($"{path} cannot be read as JSON: a text in it is not Unicode; correct it.");
        }
    }

    /// <summary>The file of a configuration: every setting of it, in the order of its table.</summary>
    public static string Write(RunConfiguration run) => Json(json =>
    {
        foreach (var setting in run.Settings)
        {
            json.WritePropertyName(setting.Name);
            json.WriteRawValue(setting.Text.Match(Some: text => JsonOf(setting.Kind, text), None: () => "null"));
        }
    });

    /// <summary>The JSON schema of such files, by which an editor completes and checks them.</summary>
    public static string Schema() => Json(json =>
    {
        json.WriteString(SchemaKey, "https://json-schema.org/draft/2020-12/schema");
        json.WriteString("title", "The configuration of a run of microgpt train");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        json.WriteStartObject(SchemaKey);
        json.WriteString("type", "string");
        json.WriteEndObject();
        foreach (var setting in RunConfiguration.AllSettings) WriteSchema(json, setting);
        json.WriteEndObject();
    });

    private static void WriteSchema(Utf8JsonWriter json, Setting<RunConfiguration> setting)
    {
        json.WriteStartObject(setting.Name);
        json.WriteString("description", setting.Meaning);
        json.WriteStartArray("type");
        json.WriteStringValue(setting.Kind switch
        {
            SettingKind.WholeNumber => "integer",
            SettingKind.Number => "number",
            SettingKind.Flag => "boolean",
            _ => "string",
        });
        json.WriteStringValue("null");
        json.WriteEndArray();
        foreach (var (keyword, limit) in setting.Limits) json.WriteNumber(keyword, limit);
        if (setting.Kind == SettingKind.Choice)
        {
            json.WriteStartArray("enum");
            foreach (var choice in setting.Choices) json.WriteStringValue(choice);
            json.WriteNullValue();
            json.WriteEndArray();
        }
        foreach (var text in setting.Text)
        {
            json.WritePropertyName("default");
            json.WriteRawValue(JsonOf(setting.Kind, text));
        }
        json.WriteEndObject();
    }

    private static Validation<Problem, string> Read(SettingSource file, string name, ImmutableArray<JsonElement> values) =>
        RunConfiguration.AllSettings.Find(setting => setting.Name == name).Match(
            None: () => new Problem($"{file.Prefix}there is no setting {name.Quote()}; the nearest is "
                + $"{EditDistance.Nearest(RunConfiguration.AllSettings.Select(setting => setting.Name), name).Texts[0]}, "
                + "and --print-config lists them all."),
            Some: setting => values switch
            {
                [var value] => TextOf(setting.Kind, value).ToValidation(new Problem($"{file.PlaceOf(name)} is {Shown(value)}; it must be "
                    + $"{Expected(setting.Kind)}, such as {JsonOf(setting.Kind, setting.Example)}.")),
                _ => new Problem($"{file.PlaceOf(name)} is given {values.Length} times; give it once."),
            });

    // The text of a value of the right type.
    private static Option<string> TextOf(SettingKind kind, JsonElement value) => (kind, value.ValueKind) switch
    {
        (SettingKind.WholeNumber or SettingKind.Number, JsonValueKind.Number) => value.GetRawText(),
        (SettingKind.Flag, JsonValueKind.True) => "1",
        (SettingKind.Flag, JsonValueKind.False) => "0",
        (SettingKind.Choice or SettingKind.Text or SettingKind.File, JsonValueKind.String) => value.GetString()!,
        _ => Option<string>.None,
    };

    private static string JsonOf(SettingKind kind, string text) => kind switch
    {
        SettingKind.WholeNumber or SettingKind.Number => text,
        SettingKind.Flag => text == "1" ? "true" : "false",
        _ => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"",
    };

    private static string Expected(SettingKind kind) => kind switch
    {
        SettingKind.WholeNumber => "a whole number",
        SettingKind.Number => "a number",
        SettingKind.Flag => "true or false",
        _ => "a text in quotes",
    };

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => value.GetRawText().Start(40),
    };

    private static string Json(Action<Utf8JsonWriter> writeProperties)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n";
    }
}
