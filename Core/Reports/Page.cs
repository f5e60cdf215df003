using static MicroGpt.SvgElements;

namespace MicroGpt.Reports;

/// <summary>A page of sections, for screens of any width, for light and dark themes, and for print.</summary>
internal static class Page
{
    private const string Style =
        """
        :root { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d8dee4; --full: #0969da; --against: #bc4c00;
          color-scheme: light dark }
        @media screen and (prefers-color-scheme: dark) {
          :root { --paper: #0d1117; --ink: #e6edf3; --faint: #9ba5b1; --line: #30363d; --full: #4493f8; --against: #f0883e }
        }
        * { box-sizing: border-box }
        html { print-color-adjust: exact; -webkit-print-color-adjust: exact; -webkit-text-size-adjust: 100% }
        body { margin: 0 auto; max-width: 1200px; padding: 16px; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
          font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
        h1 { font-size: 26px; margin: 8px 0 } h2 { font-size: 21px; margin: 40px 0 12px; border-bottom: 1px solid var(--line) }
        h3 { font-size: 17px; margin: 0 0 8px } h3.text { font-size: 19px; margin: 24px 0 0 } h4 { font-size: 14px; margin: 0 0 4px }
        p { max-width: 75ch; margin: 8px 0 } nav a { margin-right: 14px } a { color: var(--full) }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 28px 36px }
        .figures > * { margin: 0 } .wide { grid-column: 1 / -1 } .figures + figure { margin-top: 24px }
        .side { display: grid; grid-template-columns: repeat(auto-fill, minmax(155px, 1fr)); gap: 16px }
        .side > div { min-width: 0; max-width: 260px }
        figure { margin: 0 0 24px; min-width: 0 } figcaption { color: var(--faint); font-size: 15px; max-width: 75ch; margin-top: 6px }
        svg { display: block; width: 100%; height: auto } .figures > figure > svg { max-width: 540px }
        .scroll { overflow-x: auto } table { border-collapse: collapse; font-size: 14px }
        th, td { text-align: left; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums }
        @media (max-width: 480px) { table { font-size: 12px } th, td { padding-right: 4px } }
        svg text { font-size: 10px; fill: var(--ink) } svg g text { font-size: inherit }
        .start { text-anchor: start } .middle { text-anchor: middle } .end { text-anchor: end }
        svg .point { text-anchor: middle; font-size: 12px; font-weight: 600; stroke: var(--paper); stroke-width: 3; paint-order: stroke }
        .grid { stroke: var(--line); stroke-width: 0.8 } .mark { stroke: var(--against); stroke-width: 1.4 }
        .range { fill: var(--full); fill-opacity: 0.2 } .curve { fill: none; stroke: var(--full); stroke-width: 1.6 }
        .other { fill: none; stroke: var(--against); stroke-width: 1.4 } .dot { fill: var(--against) }
        .ring { fill: none; stroke: var(--against) }
        .reference { fill: none; stroke: var(--faint); stroke-width: 1.4; stroke-dasharray: 1 3 }
        .level { stroke: var(--faint); stroke-width: 1; stroke-dasharray: 4 3 }
        .thread { fill: none; stroke: var(--faint); stroke-opacity: 0.5 }
        .full { fill: var(--full) } .against { fill: var(--against) } .target { fill: var(--against) }
        .empty { fill: none; stroke: var(--line) }
        @media print {
          body { max-width: none; padding: 0; font-size: 12px } nav { display: none }
          h2, h3, h4 { break-after: avoid } figure, tr, .side > div { break-inside: avoid }
        }
        """;

    /// <summary>The page as HTML. A section has an id, a heading and a body of markup.</summary>
    public static string Html(string title, string summary, IReadOnlyList<(string Id, string Heading, string Body)> sections) =>
        $"""
        <!DOCTYPE html>
        <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{Escaped(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{Escaped(title)}</h1>
        <p>{Escaped(summary)}</p>
        <nav>{string.Concat(sections.Select(section => $"<a href=\"#{section.Id}\">{Escaped(section.Heading)}</a>"))}</nav>
        {string.Concat(sections.Select(section => Section(section.Id, section.Heading, section.Body)))}</body>
        </html>

        """;

    private static string Section(string id, string heading, string body) =>
        $"<section id=\"{id}\">\n<h2>{Escaped(heading)}</h2>\n{body}</section>\n";
}
