// Helpers for elements.

export const $ = id => document.getElementById(id);

/** An element with properties and children. Attributes with a hyphen, such as aria-label, are attributes. */
export const element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name.includes("-")) made.setAttribute(name, value);
    else made[name] = value;
  made.append(...children);
  return made;
};

/** Shows markup from Core: its pictures and tables, in which data are escaped. */
export const show = (target, markup) => { target.innerHTML = markup; };

/** A table with a header row. */
export const table = (head, rows) => element("table", {},
  element("thead", {}, element("tr", {}, ...head.map(text => text ? element("th", { scope: "col" }, text) : element("td")))),
  element("tbody", {}, ...rows.map(row => element("tr", {}, ...row.map(cell => element("td", {}, cell))))));

/**
 * Shows a document of Core's pictures that has styles of its own. A shadow root keeps them from the page. The boxes that a room marks
 * have the classes now and holding.
 */
export const showPicture = (target, svg) => {
  const root = target.shadowRoot ?? target.attachShadow({ mode: "open" });
  root.innerHTML = `${svg}<style>${marks}</style>`;
};
const marks = `
  svg { max-width: 100%; height: auto; display: block }
  [data-node].holding > .box { stroke: var(--full); stroke-width: 2.5 }
  [data-node].now > .box { stroke: var(--against); stroke-width: 3 }
  [data-node].open { cursor: pointer }
  @media (prefers-color-scheme: light) { .paper { fill: none } } .paper { fill: none }`;

export const number = (x, digits = 4) => x === null || x === undefined ? "" : x.toFixed(digits);
export const count = x => x.toLocaleString("en-US");

/** Runs a task, and shows its problems in an element of role alert. A fault is shown with its text. */
export const attempt = async (alert, task) => {
  try {
    const result = await task();
    alert.replaceChildren();
    return result;
  } catch (error) {
    const sentences = error.sentences ?? [`Something in the page is wrong: ${error.message}`];
    alert.replaceChildren(...sentences.map(sentence => element("p", {}, sentence)));
  }
};

/** The function, called once the calls pause. */
export const settled = (milliseconds, act) => {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), milliseconds);
  };
};

/** Saves bytes as a file on the reader's machine. */
export const download = (bytes, name) => {
  const link = element("a", { href: URL.createObjectURL(new Blob([bytes])), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

/** Hands each file that is dropped on an element to a function. */
export const onDrop = (target, act) => {
  target.addEventListener("dragover", event => { event.preventDefault(); target.classList.add("over"); });
  target.addEventListener("dragleave", () => target.classList.remove("over"));
  target.addEventListener("drop", event => {
    event.preventDefault();
    target.classList.remove("over");
    if (event.dataTransfer.files[0]) act(event.dataTransfer.files[0]);
  });
};
