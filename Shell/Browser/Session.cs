using LanguageExt;
using MicroGpt.Checkpoints;

namespace MicroGpt.Browser;

/// <summary>What the rooms share: the run, and the model that questions are put to. It is the one place of the page that changes.</summary>
internal static class Session
{
    /// <summary>The run of the room Learn, once there is one.</summary>
    public static Option<Run> Run { get; set; }

    /// <summary>A model from a file, while it is in use in place of the run's.</summary>
    public static Option<Checkpoint> Loaded { get; set; }

    /// <summary>The model that questions are put to, or a problem if there is none.</summary>
    public static Either<Problem, Checkpoint> Model => Loaded.Match(
        Some: model => model,
        None: () => Started.Map(run => run.Checkpoint));

    /// <summary>The run, or a problem if there is none.</summary>
    public static Either<Problem, Run> Started => Run.ToEither(new Problem("There is no model yet; train one in the room Learn."));
}
