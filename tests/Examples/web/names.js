// Names from an exported training step. In this folder:
//   npm install
//   microgpt --save model.safetensors && microgpt export --model model.safetensors --what training --out training.onnx
//   python3 -m http.server
import * as ort from "./node_modules/onnxruntime-web/dist/ort.wasm.min.mjs";

ort.env.wasm.numThreads = 1; // several threads need headers that a plain server does not send
const element = id => document.getElementById(id);
const whole = numbers => new ort.Tensor("int64", BigInt64Array.from(numbers, BigInt), [numbers.length]);
const { run, state } = await read("model.safetensors");
const session = await ort.InferenceSession.create("training.onnx");
const alphabet = [...run.alphabet], bos = alphabet.length, scalar = state.wte.type;
let step = Number(run.step);

// The metadata of a checkpoint, and its parameters and slots by the names that the graph gives them.
async function read(path) {
  const file = await (await fetch(path)).arrayBuffer(), size = Number(new DataView(file).getBigUint64(0, true));
  const { __metadata__: run, ...tensors } = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, size)));
  const state = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(tensors)) {
    const bytes = file.slice(...data_offsets.map(offset => 8 + size + offset));
    state[name.replace(/^adam\./, "")] = dtype === "F32"
      ? new ort.Tensor("float32", new Float32Array(bytes), shape) : new ort.Tensor("float64", new Float64Array(bytes), shape);
  }
  return { run, state };
}

// A step on one document of tokens, BOS at both ends. Its results have the loss, the logits, and the new state.
function compute(document, rate) {
  const positions = Math.min(document.length - 1, Number(run.block_size));
  const number = x => new ort.Tensor(scalar, scalar === "float32" ? Float32Array.of(x) : Float64Array.of(x), [1, 1]);
  return session.run({
    ...state, tokens: whole(document.slice(0, positions)), targets: whole(document.slice(1, positions + 1)), lengths: whole([positions]),
    learning_rate: number(rate), bias1: number(1 - (run.beta1 ?? 0.85) ** (step + 1)), bias2: number(1 - (run.beta2 ?? 0.99) ** (step + 1)),
  });
}

async function train(names, steps) {
  for (let i = 0; i < steps; i++) {
    const document = [bos, ...[...names[i % names.length]].map(c => alphabet.indexOf(c)), bos];
    const results = await compute(document, 0.005);
    for (const name of Object.keys(state)) state[name] = results[`new.${name}`];
    step++;
    element("loss").textContent = `step ${step}, loss ${results.loss.data[0].toFixed(4)}`;
  }
}

// A name: from BOS, each token is drawn by its probability at temperature 0.5, until BOS or the end of the block.
async function invent(draw) {
  const tokens = [bos];
  while (tokens.length <= run.block_size) {
    const { data } = (await compute([...tokens, bos], 0)).logits, logits = data.slice(-bos - 1), largest = Math.max(...logits);
    const weights = Array.from(logits, x => Math.exp((x - largest) / 0.5));
    let left = draw() * weights.reduce((sum, x) => sum + x), next = 0;
    while (next < bos && left >= weights[next]) left -= weights[next++];
    if (next === bos) break;
    tokens.push(next);
  }
  return tokens.slice(1).map(token => alphabet[token]).join("");
}

async function show(count = 20, draw = Math.random) {
  const names = [];
  while (names.length < count) names.push(await invent(draw));
  element("invented").replaceChildren(...names.map(name => Object.assign(document.createElement("li"), { textContent: name })));
}

element("invent").onclick = () => show();
element("train").onclick = async () => {
  await train(element("names").value.split("\n").map(name => name.trim()).filter(name => name), 200);
  await show();
};

// ?draws=0.1,0.7,… draws from these numbers, over and over; &train trains first.
const query = new URLSearchParams(location.search), draws = (query.get("draws") ?? "").split(",").map(Number);
let drawn = 0;
if (query.has("train")) await train(element("names").value.split("\n"), 200);
await (query.has("draws") ? show(5, () => draws[drawn++ % draws.length]) : show());
document.title = "ready";
