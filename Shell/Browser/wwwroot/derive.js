// The room in which a formula is differentiated step by step.

import { call } from "./core.js";
import { write } from "./link.js";
import { $, attempt, element, settled, showPicture, table } from "./page.js";

const first = { f: "a*b + a", a: "2", b: "3" };
const examples = ["a*b + a", "b = a + a; b + b", "log(1 + exp(-x))", "t = x*x; u = t*t; u*u", "relu(w*x + c)", "x / (x^2 + y^2)^0.5"];

// The room's state: the formula, the value of each of its names, and the step of the walk.
let values = new Map(), derived, step = Infinity;

/** Shows the state of an address. */
export const open = async given => {
  if (!given.size && derived) return;
  const from = given.size ? given : new URLSearchParams(first);
  $("formula").value = from.get("f") ?? first.f;
  step = Number(from.get("step") ?? Infinity);
  values = new Map([...from].filter(([name]) => !["f", "step", "op", "arg", "factor"].includes(name))
    .map(([name, value]) => [name, Number(value)]));
  await derive();
  for (const [name, id] of [["op", "broken"], ["arg", "broken-argument"], ["factor", "broken-factor"]])
    if (from.get(name) !== null) {
      $(id).value = from.get(name);
      if (id === "broken") listArguments();
    }
  await compare();
};

export const state = () => ({
  f: $("formula").value, ...Object.fromEntries(values), step: step < last() ? step : undefined,
  ...($("broken-factor").value === "1" ? {} : { op: $("broken").value, arg: $("broken-argument").value, factor: $("broken-factor").value }),
});

const remember = settled(300, () => write("derive", state()));
const given = () => [[...values.keys()], [...values.values()]];

const derive = () => attempt($("formula-problems"), async () => {
  $("derived").classList.add("stale");
  const next = await call("Derive", "Explain", $("formula").value, ...given());
  const isNew = JSON.stringify(next.names) !== JSON.stringify(derived?.names) || $("variables").childElementCount === 0;
  derived = next;
  values = new Map(derived.names.map((name, i) => [name, derived.values[i]]));
  $("derived").classList.remove("stale");
  if (isNew) listVariables();
  showPicture($("formula-picture"), derived.picture);
  listOperations();
  walk();
  paths();
  await compare();
  remember();
});

// A slider of each name, and its number. The slider reaches as far as the number needs.
const listVariables = () => $("variables").replaceChildren(...derived.names.flatMap((name, i) => {
  const value = derived.values[i], reach = Math.max(5, Math.abs(value));
  const text = element("input", { type: "number", step: "any", value, id: `value-${name}` });
  text.setAttribute("aria-label", `${name}, as a number`);
  const slider = element("input", { type: "range", min: -reach, max: reach, step: reach / 500, value, id: `slide-${name}` });
  const set = (source, other) => {
    if (source.value === "" || !Number.isFinite(Number(source.value))) return;
    other.value = source.value;
    values.set(name, Number(source.value));
    later();
  };
  text.addEventListener("input", () => set(text, slider));
  slider.addEventListener("input", () => set(slider, text));
  return [element("span", {}, element("label", { htmlFor: slider.id }, name), text), slider];
}));
const later = settled(30, derive);

// The walk: first each node of the formula appears with its value, then each step of the backward pass adds to the map of cotangents.
const last = () => derived ? derived.expressionNodes + derived.steps.length - 1 : 0;

const walk = () => {
  const reached = Math.min(Math.max(step, 0), last()), forward = derived.expressionNodes;
  const back = reached < forward ? null : derived.steps[reached - forward];
  const shown = back ? back.nodeCount : reached + 1, now = back ? back.node : reached;
  const before = back && reached > forward ? derived.steps[reached - forward - 1].nodeCount : forward;
  $("walk").max = last();
  $("walk").value = reached;
  $("walk-reached").value = `${reached + 1} of ${last() + 1}`;
  $("walk-text").textContent = !back ? `Forward: ${derived.nodes[reached].line} has the value ${derived.nodes[reached].value}.`
    : back.node === null ? "Backward: the result has the cotangent 1."
    : `Backward: ${derived.nodes[back.node].line} passes its cotangent, times its local partials, to its arguments.`;
  $("nodes").replaceChildren(
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "node"), element("th", { scope: "col" }, "value"))),
    element("tbody", {}, ...derived.nodes.slice(0, shown).map((node, i) => element("tr", {
      className: i === now ? "now" : back && i >= before ? "new" : i >= forward ? "backward" : "",
    }, element("td", {}, node.line), element("td", {}, node.value)))));
  $("cotangents").replaceChildren(back
    ? table(["node", "cotangent", "value"], back.cotangents.map(entry =>
      [derived.nodes[entry.node].name, `%${entry.cotangent}`, derived.nodes[entry.cotangent].value]))
    : element("p", { className: "note" }, "It is empty until the backward pass begins."));
  mark(back ? [now] : [reached], back ? back.cotangents.map(entry => entry.node) : []);
};

// Marks boxes of the picture: the node of the step, and those that hold a cotangent.
const mark = (now, holding) => {
  for (const box of $("formula-picture").shadowRoot?.querySelectorAll("[data-node]") ?? []) {
    const node = Number(box.dataset.node);
    box.classList.toggle("now", now.includes(node));
    box.classList.toggle("holding", holding.includes(node));
  }
};

const goTo = to => {
  step = Math.min(Math.max(to, 0), last());
  walk();
  remember();
};
const reached = () => Math.min(step, last());

const name = node => derived.nodes[node].name;

const paths = () => $("paths").replaceChildren(...derived.derivatives.map(each => {
  const list = table(["contributes", "local partials", "path"], [
    ...each.paths.map(path => [path.contribution, path.partials.join(" · ") || "1", path.nodes.map(name).join(" → ")]),
    ...(each.rest ? [[each.rest, "", "all other paths"]] : []),
  ]);
  list.querySelectorAll("tbody tr").forEach((row, i) => {
    if (each.paths[i]) row.addEventListener("pointerenter", () => mark([], each.paths[i].nodes));
    row.addEventListener("pointerleave", walk);
  });
  const again = element("button", {}, "Differentiate again");
  again.addEventListener("click", () => {
    $("formula").value = each.formula;
    step = Infinity;
    derive();
  });
  return element("div", { className: "derivative" },
    element("h3", {}, `∂f/∂${each.name} = ${each.value}, by ${each.count} ${each.count === "1" ? "path" : "paths"}`),
    element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": `Paths to ${each.name}` }, list),
    element("p", {}, "As a formula: ", element("code", {}, each.formula), " ", again));
}));

const listOperations = () => {
  const chosen = $("broken").value;
  $("broken").replaceChildren(...derived.operations.map(operation => element("option", {}, operation.name)));
  if (derived.operations.some(operation => operation.name === chosen)) $("broken").value = chosen;
  listArguments();
};

const listArguments = () => {
  const chosen = $("broken-argument").value;
  const count = derived.operations.find(operation => operation.name === $("broken").value)?.arguments ?? 0;
  $("broken-argument").replaceChildren(...Array.from({ length: count }, (_, i) => element("option", { value: i }, `${i + 1}`)));
  if (Number(chosen) < count) $("broken-argument").value = chosen || "0";
};

const compare = () => attempt($("broken-problems"), async () => {
  if (!derived?.names.length) return $("oracles").replaceChildren();
  const rows = await call("Derive", "Compare", $("formula").value, ...given(),
    $("broken").value, Number($("broken-argument").value), Number($("broken-factor").value));
  const head = ["", "backward", "forward mode", "complex step", "differences", "guaranteed between"];
  const built = table(head, rows.map(row => [`∂f/∂${row.name}`, row.backward, ...row.oracles.map(oracle => oracle.value || "n/a")]));
  built.querySelectorAll("tbody tr").forEach((line, i) => rows[i].oracles.forEach((oracle, k) => {
    line.children[k + 2].className = oracle.agrees ? "" : "disagrees";
    if (!oracle.agrees) line.children[k + 2].append(" ✗");
  }));
  $("oracles").replaceChildren(...built.children);
  const against = [...head.slice(2, 5), "the guaranteed bounds"].filter((_, k) => rows.some(row => !row.oracles[k].agrees));
  $("verdict").textContent = against.length ? `The backward pass is contradicted by: ${against.join(", ")}.`
    : $("broken-factor").value === "1" ? "All agree." : "None notices: this partial is 0 here, or its operation is on no path.";
});

$("examples").replaceChildren(...examples.map(example => {
  const button = element("button", { type: "button" }, example);
  button.addEventListener("click", () => {
    $("formula").value = example;
    step = Infinity;
    derive();
  });
  return button;
}));
$("formula").addEventListener("input", settled(150, () => {
  step = Infinity;
  derive();
}));
$("walk").addEventListener("input", () => goTo(Number($("walk").value)));
$("walk-first").addEventListener("click", () => goTo(0));
$("walk-back").addEventListener("click", () => goTo(reached() - 1));
$("walk-on").addEventListener("click", () => goTo(reached() === last() ? 0 : reached() + 1));
$("walk-last").addEventListener("click", () => goTo(last()));
$("broken").addEventListener("input", listArguments);
for (const id of ["broken", "broken-argument", "broken-factor"])
  $(id).addEventListener("input", () => {
    compare();
    remember();
  });
