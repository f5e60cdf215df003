// The room in which questions are put to a model.

import { call } from "./core.js";
import * as learn from "./learn.js";
import { changed, fill, ofRun, runOf, write } from "./link.js";
import { $, attempt, count, download, element, number, onDrop, settled, show, table } from "./page.js";

// The controls of the room, by their names in the address, with their defaults.
const controls = {
  q: ["prompt", "an"], t: ["temperature", "0.5"], k: ["top-k", "0"], p: ["top-p", "1"], text: ["texts", "anna\nxqzt"],
  m: ["weight-matrix", "wte"], row: ["weight-row", "0"], col: ["weight-column", "0"], d: ["moved", "0"],
};
let seed = 1;

/** Shows the state of an address: makes the model of its run, and puts its questions. */
export const open = async values => {
  fill(controls, values);
  seed = Number(values.get("s") ?? seed);
  const run = runOf(values);
  if (run.size) await learn.restore(run);
  await showModel();
};

export const state = () => ({ ...ofRun(learn.state()), ...changed(controls), s: seed === 1 ? undefined : seed });

const showModel = () => attempt($("model-problems"), async () => {
  $("asking").hidden = !learn.hasBegun();
  $("train-first").hidden = learn.hasBegun();
  $("model-save").hidden = !learn.hasBegun();
  const model = await call("Ask", "Model").catch(error => {
    if (error.sentences) return null;
    throw error;
  });
  if (!model || (model.step === 0 && !model.isLoaded)) {
    $("model-line").textContent = "There is no trained model yet. Training takes some seconds.";
    return;
  }
  $("asking").hidden = $("model-save").hidden = false;
  $("train-first").hidden = true;
  $("model-run").hidden = !model.isLoaded;
  $("model-line").textContent = `${model.isLoaded ? "A model of a file" : "The model of Learn"}, after ${count(model.step)} of `
    + `${count(model.steps)} steps: ${model.sizes}, ${count(model.parameterCount)} parameters.`;
  const chosen = $("weight-matrix").value || "wte";
  $("weight-matrix").replaceChildren(...model.matrices.map(matrix => element("option", {}, matrix.name)));
  $("weight-matrix").value = model.matrices.some(matrix => matrix.name === chosen) ? chosen : "wte";
  $("top-k").max = [...model.alphabet].length + 1;
  await Promise.all([next(), attention(), score(), weigh()]);
});

const next = () => attempt($("next-problems"), async () => {
  const [temperature, topK, topP] = ["temperature", "top-k", "top-p"].map(id => Number($(id).value));
  $("temperature-value").value = temperature ? temperature.toFixed(2) : "0, greedy";
  $("top-k-value").value = topK || "all";
  $("top-p-value").value = topP < 1 ? topP.toFixed(2) : "all";
  const answer = await call("Ask", "Next", $("prompt").value, temperature, topK, topP, seed);
  show($("next"), answer.picture);
  $("drawable").textContent = `${answer.drawable} of ${answer.vocabSize} tokens can be drawn. ■ is the end.`;
  $("continuations").replaceChildren(...answer.continuations.map(text => element("li", {}, text)));
});

const attention = () => attempt($("attention-problems"), async () => {
  const heads = await call("Ask", "Attention", $("prompt").value || $("texts").value.split("\n")[0]);
  $("attention").replaceChildren(...heads.map(head => {
    const picture = element("div");
    show(picture, head.picture);
    return element("div", {}, element("h3", {}, `layer ${head.layer}, head ${head.head}`), picture);
  }));
});

const score = () => attempt($("score-problems"), async () => {
  const scored = await call("Ask", "Score", $("texts").value);
  $("scores").replaceChildren(table(["text", "bits", "perplexity", "log p"], scored.map(each =>
    [each.text, number(each.bits, 3), number(each.perplexity, 2), number(each.logProbability, 3)])));
});

const weigh = () => attempt($("weight-problems"), async () => {
  const moved = Number($("moved").value), text = $("texts").value.split("\n")[0];
  $("moved-value").value = moved.toFixed(2);
  const weight = await call(
    "Ask", "Move", text, $("weight-matrix").value, Number($("weight-row").value), Number($("weight-column").value), moved);
  $("weight").replaceChildren(
    table(["", "loss"], [
      [`${weight.name} is ${number(weight.value)}`, number(weight.before, 5)],
      [`moved by ${moved.toFixed(2)}`, number(weight.loss, 5)],
      [`foretold, as the gradient is ${number(weight.gradient, 5)}`, number(weight.foretold, 5)],
    ]));
  show($("weight-chart"), weight.picture);
});

const remember = settled(300, () => write("ask", state()));

const on = (ids, act) => {
  const later = settled(60, act);
  for (const id of ids)
    $(id).addEventListener("input", () => {
      later();
      remember();
    });
};
on(["prompt"], () => Promise.all([next(), attention()]));
on(["temperature", "top-k", "top-p"], next);
on(["texts"], () => Promise.all([score(), weigh()]));
on(["weight-matrix", "weight-row", "weight-column", "moved"], weigh);
$("again").addEventListener("click", () => {
  seed++;
  next();
  remember();
});

$("train-first").addEventListener("click", async () => {
  $("train-first").disabled = true;
  const shown = setInterval(() => { $("model-line").textContent = $("status").textContent; }, 200);
  await learn.complete();
  clearInterval(shown);
  $("train-first").disabled = false;
  await showModel();
  remember();
});

const take = given => attempt($("model-problems"), async () => {
  await call("Ask", "Use", given.name, new Uint8Array(await given.arrayBuffer()));
  await showModel();
});
onDrop($("model"), take);
$("model-file").addEventListener("change", () => { if ($("model-file").files[0]) take($("model-file").files[0]); });
$("model-run").addEventListener("click", async () => {
  await call("Ask", "UseRun").catch(() => { });
  await showModel();
});
$("model-save").addEventListener("click", async () => download(await call("Ask", "Save"), "model.safetensors"));
