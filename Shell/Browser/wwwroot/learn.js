// The room in which a model learns.

import { call } from "./core.js";
import { pack, unpack, write } from "./link.js";
import { $, attempt, count, download, element, number, onDrop, settled, show, table } from "./page.js";

const slice = 120; // milliseconds of training between two answers of the worker
const refresh = 500; // milliseconds between two pictures of the curve
const between = 800; // milliseconds between two samples
const shown = ["n_embd", "n_head", "n_layer", "block_size", "steps", "learning_rate", "seed"];

let fields = []; // the settings of the form, from Core
let run = null; // the run, once it has begun: its summary
let begun = null; // the values of the address by which it began
let step = 0, target = 0; // the step reached, and the step to train to
let training = null; // the loop that trains, while it runs
let isDragged = false; // true while the reader drags the slider of time
let file = null; // the dropped file: its name and bytes

/** Shows the state of an address: begins its run, and trains to its step. */
export const open = values => restore(values);

/** Makes the run of an address, unless it is there. */
export const restore = async values => {
  if (!fields.length) fill(await call("Learn", "Settings"));
  const wanted = Object.fromEntries([...values].filter(([name]) => name === "text" || name === "own" || fields.some(f => f.name === name)));
  if (!run || values.size && JSON.stringify(wanted) !== JSON.stringify(begun)) {
    for (const field of fields) input(field).value = wanted[field.name] ?? field.text;
    $("text").value = wanted.own ? "own" : wanted.text ?? "names";
    $("own").hidden = $("text").value !== "own";
    file = null;
    const own = wanted.own ? await unpack(wanted.own).catch(() => null) : new Uint8Array();
    if (own) $("pasted").value = new TextDecoder().decode(own);
    await begin();
    if (!own) $("learn-problems").append(element("p", {}, "The text in the address is cut off or changed; copy the whole link."));
  }
  const at = Number(values.get("at") ?? step);
  if (run && Number.isInteger(at) && at !== step) await goTo(at);
};

export const state = () => ({ ...begun, at: step || undefined });

/** True if a model has begun to learn. */
export const hasBegun = () => step > 0;

/** Trains to the end, a default run if none has begun. */
export const complete = async () => {
  await restore(new URLSearchParams());
  await trainTo(run.steps);
};

const input = field => $(`run-${field.name}`);

const fill = given => {
  fields = given;
  for (const field of fields) {
    const control = field.choices.length
      ? element("select", { id: `run-${field.name}`, title: field.meaning }, ...field.choices.map(choice => element("option", {}, choice)))
      : element("input", {
        id: `run-${field.name}`, title: field.meaning, autocomplete: "off",
        ...field.kind === "WholeNumber" ? { type: "number", min: field.least ?? 0 } : { type: "text", inputMode: "decimal" },
      });
    $(shown.includes(field.name) ? "settings" : "more").append(
      element("label", { htmlFor: `run-${field.name}`, title: field.meaning }, field.name), control);
    control.value = field.text;
  }
};

const settings = () => Object.fromEntries(
  fields.filter(field => input(field).value !== field.text).map(field => [field.name, input(field).value]));

const source = async () => {
  if ($("text").value !== "own") return { name: $("text").value, bytes: new Uint8Array() };
  return file ?? { name: "the text", bytes: new TextEncoder().encode($("pasted").value) };
};

const begin = async () => {
  await pause();
  await attempt($("learn-problems"), async () => {
    const { name, bytes } = await source(), given = settings();
    run = await call("Learn", "Start", JSON.stringify(given), name, bytes);
    begun = {
      ...given,
      text: $("text").value === "excerpt" ? "excerpt" : undefined,
      own: $("text").value === "own" ? await pack(bytes) ?? undefined : undefined,
    };
    begun = Object.fromEntries(Object.entries(begun).filter(([, value]) => value !== undefined));
    step = 0;
    $("extent").textContent =
      `${run.text}: ${run.extent}. ${count(run.parameterCount)} parameters, ${run.vocabSize} tokens. ${run.cut ?? ""}`;
    $("time").max = run.steps;
    $("samples").replaceChildren();
    $("matrix").replaceChildren(...run.matrices.map(matrix => element("option", { selected: matrix.name === "lm_head" }, matrix.name)));
    show($("curve"), await call("Learn", "Curve"));
    report({ step: 0, steps: run.steps, loss: null, mean: null, rate: null });
  });
};

const report = progress => {
  step = progress.step;
  if (!isDragged) {
    $("reached").value = count(step);
    $("time").value = step;
  }
  $("status").textContent = step === 0
    ? `Chance is a loss of ${number(run.chance, 2)}; a table of pairs reaches ${number(run.pairs, 2)}.`
    : `Step ${count(step)} of ${count(progress.steps)}, loss ${number(progress.loss)}, mean ${number(progress.mean)}, `
      + `learning rate ${number(progress.rate, 5)}.`;
  $("time").disabled = $("save").disabled = $("save-log").disabled = false;
  $("back").disabled = step === 0;
  $("step").disabled = $("train").disabled = step === run.steps;
};

const pictures = async () => {
  show($("curve"), await call("Learn", "Curve"));
  if ($("norms").open) show($("norm-charts"), await call("Learn", "Norms"));
  if ($("opened").open) await openStep();
};

const addSample = text => {
  if (!text.trim()) return;
  $("samples").prepend(element("li", { value: step }, text));
  while ($("samples").children.length > 24) $("samples").lastChild.remove();
};

// Trains in slices, so that other calls are answered between them.
const loop = async () => {
  let drawn = performance.now(), sampled = drawn;
  while (step < target) {
    report(await call("Learn", "Train", target - step, slice));
    if (performance.now() - drawn > refresh) {
      show($("curve"), await call("Learn", "Curve"));
      drawn = performance.now();
    }
    if (performance.now() - sampled > between) {
      addSample((await call("Learn", "Sample"))[0]);
      sampled = performance.now();
    }
  }
};

const trainTo = async end => {
  target = Math.min(end, run.steps);
  await (training ??= (async () => {
    $("train").textContent = "Pause";
    await attempt($("learn-problems"), loop);
    await finish();
    $("train").textContent = "Train";
    training = null;
  })());
};

const pause = async () => {
  target = 0;
  await training;
};

const finish = async () => {
  await attempt($("learn-problems"), async () => {
    await pictures();
    if (step === run.steps)
      $("samples").replaceChildren(...(await call("Learn", "Samples")).map((text, i) => element("li", { value: i + 1 }, text)));
  });
  $("announced").textContent = `${$("status").textContent} ${step === run.steps ? "Done." : ""}`;
  remember();
};

const remember = () => write("learn", state());

const goTo = async to => {
  if (to >= step) return await trainTo(to);
  await attempt($("learn-problems"), async () => report(await call("Learn", "GoBack", to)));
  await finish();
};

const openStep = () => attempt($("opened-problems"), async () => {
  const { matrix, row, column } = Object.fromEntries(["matrix", "row", "column"].map(id => [id, $(id).value]));
  const opened = await call("Learn", "Open", matrix, Number(row), Number(column));
  const picture = element("div", { className: "picture" });
  show(picture, opened.losses);
  const digits = x => x === null ? "" : x === 0 ? "0" : x.toPrecision(7);
  const update = element("div", {},
    element("p", {}, `The update of ${opened.number}, one number p of ${count(run.parameterCount)}:`),
    table(["", "before", "after"], [
      ["g, the gradient of the loss", digits(opened.gradient), ""],
      ...opened.values.map(value => [value.name, digits(value.before), digits(value.after)]),
    ]),
    element("p", { className: "note" }, opened.inputs.map(input => `${input.name} ${digits(input.after)}`).join(", ")));
  $("opening").replaceChildren(element("div", { className: "halves" },
    element("div", {}, element("p", {}, `Step ${count(opened.step)} learned from “${opened.document}”. Its loss before the step, `
      + "character by character; the line is chance:"), picture),
    update));
});

$("run").addEventListener("submit", async event => {
  event.preventDefault();
  await begin();
  remember();
});
$("text").addEventListener("change", () => { $("own").hidden = $("text").value !== "own"; });
$("train").addEventListener("click", () => training ? pause() : trainTo(run.steps));
$("step").addEventListener("click", async () => {
  await pause();
  await goTo(step + 1);
});
$("back").addEventListener("click", async () => {
  await pause();
  await goTo(step - 1);
});
$("time").addEventListener("change", async () => {
  const wanted = Number($("time").value);
  isDragged = false;
  await pause();
  await goTo(wanted);
});
$("time").addEventListener("input", () => {
  isDragged = true;
  $("reached").value = count(Number($("time").value));
});
for (const id of ["norms", "opened"]) $(id).addEventListener("toggle", () => { if (run && !training) pictures(); });
for (const id of ["matrix", "row", "column"]) $(id).addEventListener("input", settled(150, openStep));

$("save").addEventListener("click", async () => download(await call("Learn", "Save"), "model.safetensors"));
$("save-log").addEventListener("click", async () => download(await call("Learn", "Log"), "log.csv"));

const take = async given => {
  file = { name: given.name, bytes: new Uint8Array(await given.arrayBuffer()) };
  $("text").value = "own";
  $("own").hidden = false;
  $("pasted").value = new TextDecoder().decode(file.bytes.slice(0, 20_000));
};
onDrop($("run"), take);
$("file").addEventListener("change", () => { if ($("file").files[0]) take($("file").files[0]); });
$("pasted").addEventListener("input", () => { file = null; });
