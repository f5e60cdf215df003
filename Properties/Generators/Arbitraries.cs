using FsCheck;
using MicroGpt.Training;

namespace MicroGpt.Properties;

/// <summary>The generator of each type that a law takes as input; FsCheck finds it by its type.</summary>
public static class Arbitraries
{
    public static Arbitrary<double> Double() => Reals.Any;

    public static Arbitrary<Direction> Direction() => Directions.Any;

    public static Arbitrary<OneOperation> OneOperation() => Formulas.OneOperation(Functions.Any);

    public static Arbitrary<OneTableOperation> OneTableOperation() => Formulas.OneTableOperation;

    public static Arbitrary<RandomFormula> RandomFormula() => Formulas.Any;

    public static Arbitrary<GentleFormula> GentleFormula() => Formulas.Gentle;

    public static Arbitrary<ExactFormula> ExactFormula() => Formulas.Exact;

    public static Arbitrary<BatchCase> BatchCase() => BatchCases.Any;

    public static Arbitrary<LinearStructure> LinearStructure() => Structures.Linear;

    public static Arbitrary<AnyStructure> AnyStructure() => Structures.Any;

    public static Arbitrary<MatrixFormula> MatrixFormula() => MatrixFormulas.Any;

    public static Arbitrary<ExactMatrixFormula> ExactMatrixFormula() => MatrixFormulas.Exact;

    public static Arbitrary<RealGradients> RealGradients() => GradientTables.Real;

    public static Arbitrary<IntegerGradients> IntegerGradients() => GradientTables.Integer;

    public static Arbitrary<GptCase> GptCase() => Models.Any;

    public static Arbitrary<ModelCase> ModelCase() => AnyModels.Any;

    public static Arbitrary<DefaultModel> DefaultModel() => Models.Default;

    public static Arbitrary<Texts> Texts() => Properties.Texts.Any;

    public static Arbitrary<NumberedText> NumberedText() => Properties.NumberedText.Any;

    public static Arbitrary<WindowedCase> WindowedCase() => Properties.WindowedCase.Any;

    public static Arbitrary<WeightedChoice> WeightedChoice() => ChanceInputs.Choices;

    public static Arbitrary<ShuffleInput> ShuffleInput() => ChanceInputs.Shuffles;

    public static Arbitrary<SamplingCase> SamplingCase() => SamplingInputs.Any;

    public static Arbitrary<GradientHistory> GradientHistory() => TrainingInputs.Gradients;

    public static Arbitrary<LearnableCase> LearnableCase() => TrainingInputs.Models;

    public static Arbitrary<TrainingSchedule> TrainingSchedule() => Schedules.Any;

    public static Arbitrary<Saved> Saved() => Properties.Saved.Any;

    public static Arbitrary<Rewritten> Rewritten() => Properties.Rewritten.Any;

    public static Arbitrary<Altered> Altered() => Properties.Altered.Any;

    public static Arbitrary<Tampered> Tampered() => Properties.Tampered.Any;

    public static Arbitrary<InterruptedRun> InterruptedRun() => Properties.InterruptedRun.Any;
}
