using LanguageExt;

namespace MicroGpt.Shell.Data;

/// <summary>Files that a command line may name.</summary>
internal static class NamedFiles
{
    /// <summary>What is read from the file, if one is named.</summary>
    public static Validation<Problem, Option<A>> Read<A>(this Validation<Problem, Option<string>> path, Func<string, Either<Problem, A>> read) =>
        path.Bind(named => named.Match(
            Some: file => read(file).ToValidation().Map(Option<A>.Some),
            None: () => Option<A>.None));
}
