namespace MicroGpt.Training;

/// <summary>The best validation of a run so far.</summary>
/// <param name="Loss">The lowest validation loss per token, in nats; infinite if there is none.</param>
/// <param name="Step">The number of steps before this validation; 0 if there is none.</param>
/// <param name="Since">The number of validations since, none of them better.</param>
public readonly record struct BestValidation(double Loss, int Step, int Since)
{
    /// <summary>The best of no validation.</summary>
    public static BestValidation None { get; } = new(double.PositiveInfinity, 0, 0);

    /// <summary>The best after one more validation, which follows a step. The first step is 1.</summary>
    public BestValidation With(int step, double loss) => loss < Loss ? new(loss, step, 0) : this with { Since = Since + 1 };
}
