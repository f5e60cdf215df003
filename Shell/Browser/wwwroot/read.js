// The room in which the graph of a GPT is read.

import { call } from "./core.js";
import * as learn from "./learn.js";
import { changed, fill, ofRun, runOf, write } from "./link.js";
import { $, attempt, count, element, settled, showPicture, table } from "./page.js";

const most = 60; // nodes that a search lists

// The controls of the room, by their names in the address, with their defaults.
const controls = { g: ["what", "loss"], as: ["form", "fused"], q: ["search", ""], z: ["zoom", "1"], text: ["read-text", "anna"] };

let graph = null, opened = new Set(), chosen = null;

/** Shows the state of an address. */
export const open = async values => {
  fill(controls, values);
  if (values.size) {
    opened = new Set((values.get("open") ?? "").split(",").filter(part => part).map(Number));
    chosen = values.has("node") ? Number(values.get("node")) : null;
  }
  await learn.restore(runOf(values));
  await showGraph();
};

export const state = () => ({ ...ofRun(learn.state()), ...changed(controls), open: [...opened].join(","), node: chosen });

const remember = settled(300, () => write("read", state()));
const subject = () => [$("what").value, $("form").value === "fused"];

const showGraph = () => attempt($("read-problems"), async () => {
  graph = await call("Read", "Graph", ...subject());
  const operations = graph.nodes.filter(node => !node.line.match(/^%\d+ = \S+$/)).length;
  $("graph-extent").textContent = `${graph.sizes}: ${count(graph.nodes.length)} nodes in ${graph.parts.length} parts, `
    + `${count(operations)} of them operations. A box has its number and its rows × columns (n positions, d documents); in color stand `
    + "its parameters, its results, and %k for the output of box k of another part.";
  $("parts").replaceChildren(...graph.parts.map(panelOf));
  search();
  if (chosen !== null && chosen < graph.nodes.length) await choose(chosen);
});

// A part, folded. Its picture is drawn when it is first opened.
const panelOf = (name, part) => {
  const nodes = graph.nodes.filter(node => node.part === part);
  const results = nodes.flatMap(node => node.results);
  const picture = element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": `The part ${name}` });
  const panel = element("details", { className: "panel", id: `part-${part}` },
    element("summary", {}, element("h2", {}, name), ` ${count(nodes.length)} nodes`
      + (results.length ? `, gives ${results.slice(0, 3).join(", ")}` : "")
      + (results.length > 3 ? ` and ${results.length - 3} more` : "")),
    picture, listOf(nodes));
  panel.addEventListener("toggle", async () => {
    if (panel.open) opened.add(part);
    else opened.delete(part);
    remember();
    if (panel.open && !picture.shadowRoot) {
      showPicture(picture, await call("Read", "Picture", ...subject(), part));
      zoom();
      for (const box of picture.shadowRoot.querySelectorAll("[data-node]")) {
        box.classList.add("open");
        box.addEventListener("click", () => choose(Number(box.dataset.node)));
      }
      mark();
    }
  });
  panel.open = opened.has(part);
  return panel;
};

// The nodes of a part as a list of buttons, for the keyboard and for readers of the screen.
const listOf = nodes => element("details", { className: "list" },
  element("summary", {}, "As a list"), ...nodes.map(node => buttonOf(node)));

const buttonOf = node => {
  const button = element("button", { className: "line" }, `${node.line} : ${node.shape}`);
  button.addEventListener("click", () => choose(node.number));
  return button;
};

const choose = number => attempt($("read-problems"), async () => {
  chosen = number;
  const node = await call("Read", "Node", ...subject(), number, $("read-text").value);
  const link = k => {
    const button = element("button", { className: "line" }, graph.nodes[k].line);
    button.addEventListener("click", () => choose(k));
    return button;
  };
  const matrix = (title, value) => value ? [
    element("h3", {}, title),
    element("p", { className: "note" },
      `${value.size}; least ${value.least}, mean ${value.mean}, largest ${value.largest}, norm ${value.norm}`),
    element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": title },
      table(value.entries[0].map(() => ""), value.entries)),
  ] : [];
  const text = (title, content) => content ? [element("h3", {}, title),
    element("pre", { tabIndex: 0, role: "region", "aria-label": title }, element("code", {}, content))] : [];
  const links = (title, numbers) => numbers.length ? [element("h3", {}, title), ...numbers.slice(0, 12).map(link)] : [];
  $("node").replaceChildren(
    element("h2", {}, node.line), element("p", { className: "note" }, `${node.shape}, in the part ${node.part}`),
    ...matrix("Value", node.value), ...matrix("Cotangent: how the loss changes with it", node.cotangent),
    ...(node.value ? [] : [element("p", { className: "note" }, "Its value depends on the optimizer's state or on a direction.")]),
    ...text("Its value and its derivative, as Core declares them", node.declaration),
    ...text("Its row in the table of kernels", node.kernel),
    ...links("Arguments", node.arguments), ...links("Used by", node.users));
  mark();
  remember();
});

const mark = () => {
  for (const picture of document.querySelectorAll("#parts [role=region]"))
    for (const box of picture.shadowRoot?.querySelectorAll("[data-node]") ?? [])
      box.classList.toggle("now", Number(box.dataset.node) === chosen);
};

const search = () => {
  const wanted = $("search").value.trim().toLowerCase();
  const found = wanted ? graph.nodes.filter(node =>
    `${node.line} : ${node.shape} ${node.results.join(" ")} ${graph.parts[node.part]}`.toLowerCase().includes(wanted)) : [];
  $("found").replaceChildren(...(wanted ? [element("p", { className: "note" },
    `${count(found.length)} nodes${found.length > most ? `, the first ${most}` : ""}:`)] : []), ...found.slice(0, most).map(buttonOf));
};

const zoom = () => {
  for (const picture of document.querySelectorAll("#parts [role=region]")) {
    const svg = picture.shadowRoot?.querySelector("svg");
    if (svg) Object.assign(svg.style, { maxWidth: "none", width: `${svg.viewBox.baseVal.width * Number($("zoom").value)}px` });
  }
};

for (const id of ["what", "form"])
  $(id).addEventListener("input", () => {
    opened.clear();
    chosen = null;
    $("node").replaceChildren(element("p", { className: "note" }, "Choose a box."));
    showGraph();
    remember();
  });
$("search").addEventListener("input", settled(100, () => {
  search();
  remember();
}));
$("zoom").addEventListener("input", () => {
  zoom();
  remember();
});
$("read-text").addEventListener("input", settled(200, () => {
  if (chosen !== null) choose(chosen);
  remember();
}));
