// Core from F#: a formula at several kinds of numbers, the formulas of its gradient, compiled, and a GPT that learns three words.
// This prints:
//
//   a graph: f = 8, df/da = 4, df/db = 2
//   forward: f = (8 + 4ε)
//   df/da:
//   %0 = 1 : [1, 1]
//   %1 = b : [1, 1]
//   %2 = add %0 %1 : [1, 1]
//   at a = 2, b = 3: [1, 1]: 4
//   compiled: [1, 1]: 4
//   after  50 steps: mean loss 0.587
//   after 100 steps: mean loss 0.221
//   after 150 steps: mean loss 0.214
//   after 200 steps: mean loss 0.210
//   anna
//   hanna
//   nina

open System.Collections.Immutable
open System.Linq
open MicroGpt
open MicroGpt.Autograd
open MicroGpt.Compilation
open MicroGpt.Generation
open MicroGpt.Model
open MicroGpt.Randomness
open MicroGpt.Text
open MicroGpt.Training

// A formula is written once, for every kind of number.
let inline f<'T when 'T :> IReal<'T>> (a: 'T) (b: 'T) : 'T = a * b + a

// A graph of numbers, which is walked backward.
let x, y = Value<Real>.Variable(Real 2.0), Value<Real>.Variable(Real 3.0)
let graph = f x y
let partials = graph.Backward()
printfn $"a graph: f = {graph.Plain}, df/da = {partials[x]}, df/db = {partials[y]}"

// A number with a tangent, which is carried forward.
printfn $"forward: f = {f (Dual<Real>(Real 2.0, Real 1.0)) (Dual<Real>.Constant 3.0)}"

// An expression, whose gradient is an expression again.
let a, b = Variable("a", Shape.Scalar), Variable("b", Shape.Scalar)
let gradient = (a * b + a).Backward()
let simplified = (Simplification.Simplify(ImmutableArray.Create gradient[a]))[0]
printfn $"df/da:\n{simplified}"
let scalar (value: float) = Matrix<Real>(1, 1, ImmutableArray.Create(Real value))
let here = Environment<Real>.Of(Inputs.None).With(a, scalar 2.0).With(b, scalar 3.0)
printfn $"at a = 2, b = 3: {simplified.Evaluate here}"

// The same formula, compiled to kernels.
let compiled = CompiledEvaluation.Compile<float>(ImmutableArray.Create gradient[a])
printfn $"compiled: {compiled.Invoke(here)[0]}"

// A GPT is such an expression too: its loss is differentiated and compiled once, and then learns.
let words = [ "anna"; "hanna"; "nina" ]
let tokenizer = Tokenizer.Of(Corpus(words.ToImmutableArray()))
let documents = ImmutableArray.CreateRange [ for word in words -> tokenizer.Document(word).OrThrow() ]
let configuration = Configuration.Create(8, 2, 1, 8, tokenizer.VocabSize).OrThrow()
let gpt = Gpt configuration
let struct (parameters, random) = Parameters.Draw(configuration.Table, PythonRandom.Seed 42I)
let schedule = TrainingSchedule.Create(200, 0.02).OrThrow()
let adam = Adam()
let train = CompiledTrainer.Compile<float>(gpt.Model, TrainingData(schedule, documents), adam, threads = 1)

let rec learn (state: TrainingState) =
    if state.Step = schedule.Steps then
        state
    else
        let struct (reached, results) = train.Steps(state, 50).OrThrow()
        let mean = results.Average(fun result -> result.Loss)
        printfn $"after {reached.Step, 3} steps: mean loss {mean:F3}"
        learn reached

let learnt = learn (TrainingState.Start(parameters, adam))

// And then it invents words.
let decoder = CompiledDecoder.Compile<float>(gpt, learnt.Parameters)

let rec invent count random =
    if count > 0 then
        let document = Sampling.Document(decoder, SamplingOptions.Of 0.5, ImmutableArray.Empty, random).OrThrow()
        printfn $"{tokenizer.Decode(document.Tokens.AsSpan())}"
        invent (count - 1) document.Next

invent 3 random
