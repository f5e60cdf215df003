namespace MicroGpt;

/// <summary>Short texts of values, for logs and debuggers.</summary>
internal static class Printing
{
    private const int Shown = 4;

    /// <summary>The first items and the number of the others, such as "1, 2, 3, 4, … 12 more".</summary>
    public static string Brief<T>(IReadOnlyCollection<T> items) =>
        string.Join(", ", items.Take(Shown).Select(Invariant).Concat(items.Count > Shown ? [$"… {items.Count - Shown} more"] : []));

    private static string Invariant<T>(T item) => FormattableString.Invariant($"{item}");
}
