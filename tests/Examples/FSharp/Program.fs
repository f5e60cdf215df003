// Three programs of this folder in F#: Differentiate.cs, GradientDescent.cs and OwnWords.cs. They print the same, one after the other.

open System
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

let print (x: Expr) = Writer.Print(ReadOnlySpan [| x |])

// A formula goes in, and the formula of its gradient comes out. Nothing is computed before `Evaluate`.
let differentiate () =
    let a, b = Variable("a", Shape.Scalar), Variable("b", Shape.Scalar)
    let f = a * b + a
    let gradient = f.Backward()
    let simplified = Simplification.Simplify(ImmutableArray.Create(gradient[a], gradient[b]))
    printf $"f:\n{print f}df/da:\n{print simplified[0]}df/db:\n{print simplified[1]}"

    let scalar (value: float) = Matrix<Real>(1, 1, ImmutableArray.Create(Real value))
    let here = Environment<Real>.Of(Inputs.None).With(a, scalar 2.0).With(b, scalar 3.0)
    let at (x: Expr) = x.Evaluate(here).[0, 0].Plain
    printfn $"at a = 2, b = 3: f is {at f}, df/da {at gradient[a]}, df/db {at gradient[b]}"

// Gradient descent: a line goes in, and its loss and a better line come out.
type Line = { Slope: float; Height: float }

let descend rate points line =
    let constant (number: float) = Value<Real>.Constant number
    let a, b = Value<Real>.Variable(Real line.Slope), Value<Real>.Variable(Real line.Height)
    let loss =
        points
        |> List.map (fun (x, y) -> a * constant x + b - constant y)
        |> List.map (fun residual -> residual * residual)
        |> List.reduce (+)
    let gradient = loss.Backward()
    loss.Plain,
    { Slope = line.Slope - rate * gradient[a].Plain
      Height = line.Height - rate * gradient[b].Plain }

let fit points =
    { Slope = 0.0; Height = 0.0 }
    |> Seq.unfold (fun line -> let loss, next = descend 0.03 points line in Some((line, loss), next))
    |> Seq.indexed
    |> Seq.truncate 51
    |> Seq.filter (fun (step, _) -> step % 10 = 0)
    |> Seq.iter (fun (step, (line, loss)) ->
        printfn $"step {step, 2}: y = {line.Slope:F4}x + {line.Height:F4}, loss {loss:F6}")

// A GPT that learns from words of your own. A loss is in nats, which the compiler checks.
[<Measure>]
type nat

let learn (words: string list) =
    let struct (corpus, random) = Corpus(words.ToImmutableArray()).Shuffle(PythonRandom.Seed 42I)
    let tokenizer = Tokenizer.Of corpus
    let documents = corpus.Documents |> Seq.map (fun word -> tokenizer.Document(word).OrThrow()) |> ImmutableArray.CreateRange
    let configuration = Configuration.Create(16, 4, 1, 12, tokenizer.VocabSize).OrThrow()
    let gpt = Gpt configuration
    let struct (parameters, random) = Parameters.Draw(configuration.Table, random)
    let schedule = TrainingSchedule.Create(600, 0.01).OrThrow()
    let train = CompiledTrainer.Compile<float>(gpt.Model, TrainingData(schedule, documents), Optimizers.Default, threads = 1)

    let advance (state: TrainingState) =
        if state.Step = schedule.Steps then
            None
        else
            let struct (reached, results) = train.Steps(state, 200).OrThrow()
            let loss = 1.0<nat> * results.Average(fun result -> result.Loss)
            Some((reached, loss), reached)

    let report (state: TrainingState, loss: float<nat>) =
        printfn $"step {state.Step, 3}: mean loss {float loss:F4}"
        state

    let learned = TrainingState.Start(parameters, Optimizers.Default) |> Seq.unfold advance |> Seq.map report |> Seq.last
    let decoder = CompiledDecoder.Compile<float>(gpt, learned.Parameters)

    let invent random =
        let document = Sampling.Document(decoder, SamplingOptions.Of 0.5, ImmutableArray.Empty, random).OrThrow()
        Some(tokenizer.Decode(document.Tokens.AsSpan()), document.Next)

    random
    |> Seq.unfold invent
    |> Seq.truncate 10
    |> Seq.iter (fun word -> printfn "%s" (if List.contains word words then $"{word} (a real one)" else word))

differentiate ()
fit [ 0.0, 1.0; 1.0, 3.0; 2.0, 5.0; 3.0, 7.0 ]

learn
    [ "adrastea"; "amalthea"; "ananke"; "ariel"; "atlas"; "belinda"; "bianca"; "callisto"; "calypso"; "carme"; "charon"; "cordelia"
      "cressida"; "deimos"; "desdemona"; "despina"; "dione"; "elara"; "enceladus"; "epimetheus"; "europa"; "galatea"; "ganymede"
      "helene"; "himalia"; "hyperion"; "iapetus"; "io"; "janus"; "juliet"; "larissa"; "leda"; "lysithea"; "metis"; "mimas"; "miranda"
      "naiad"; "nereid"; "oberon"; "ophelia"; "pan"; "pandora"; "pasiphae"; "phobos"; "phoebe"; "portia"; "prometheus"; "proteus"
      "puck"; "rhea"; "rosalind"; "sinope"; "telesto"; "tethys"; "thalassa"; "thebe"; "titan"; "titania"; "triton"; "umbriel" ]
