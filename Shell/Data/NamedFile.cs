using LanguageExt;

namespace MicroGpt.Shell.Data;

/// <summary>Files that a command line names.</summary>
internal static class NamedFile
{
    /// <summary>The result of `use` on the named file, if one is named; or the problem with its name or with the file.</summary>
    public static Validation<Problem, Option<A>> Then<A>(
        this Validation<Problem, Option<string>> path, Func<string, Either<Problem, A>> use) =>
        path.Bind(named => named.Match(
            Some: file => use(file).ToValidation().Map(Option<A>.Some),
            None: () => Option<A>.None));

    /// <summary>The result of `use` on the file, or the problem with its name or with the file.</summary>
    public static Validation<Problem, A> Then<A>(this Validation<Problem, string> path, Func<string, Either<Problem, A>> use) =>
        path.Bind(file => use(file).ToValidation());
}
