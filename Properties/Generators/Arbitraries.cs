using FsCheck;

namespace MicroGpt.Properties;

/// <summary>What each type of input is drawn from.</summary>
public static class Arbitraries
{
    public static Arbitrary<double> Double() => Reals.Any;

    public static Arbitrary<Direction> Direction() => Directions.Any;

    public static Arbitrary<Single> Single() => Formulas.Single(Functions.Any);

    public static Arbitrary<Atom> Atom() => Formulas.Atom;

    public static Arbitrary<RandomFormula> Formula() => Formulas.Any;

    public static Arbitrary<Gentle> Gentle() => Formulas.Gentle;

    public static Arbitrary<Frame> Frame() => Frames.Any;

    public static Arbitrary<LinearStructure> LinearStructure() => Structures.Linear;

    public static Arbitrary<AnyStructure> AnyStructure() => Structures.Any;

    public static Arbitrary<MatrixFormula> MatrixFormula() => MatrixFormulas.Any;

    public static Arbitrary<RealGradients> RealGradients() => GradientTables.Real;

    public static Arbitrary<IntegerGradients> IntegerGradients() => GradientTables.Integer;

    public static Arbitrary<GptCase> GptCase() => Models.Any;

    public static Arbitrary<DefaultModel> DefaultModel() => Models.Default;

    public static Arbitrary<Texts> Text() => Texts.Any;

    public static Arbitrary<Lottery> Lottery() => Lotteries.Any;

    public static Arbitrary<Deck> Deck() => Lotteries.Decks;

    public static Arbitrary<History> History() => Histories.Any;

    public static Arbitrary<Learner> Learner() => Histories.Learners;

    public static Arbitrary<Saved> Saved() => Properties.Saved.Any;

    public static Arbitrary<Tampered> Tampered() => Properties.Tampered.Any;

    public static Arbitrary<Journey> Journey() => Properties.Journey.Any;
}
