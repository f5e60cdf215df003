// Calls of Core, which runs in a worker. Calls are answered in order.

// import.meta.resolve reads the page's import map, which a worker has not.
const worker = new Worker(import.meta.resolve("./worker.js"), { type: "module" });
const url = import.meta.resolve("./_framework/dotnet.js");
const waiting = new Map();
let calls = 0;

worker.addEventListener("message", ({ data: { id, result, fault } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (fault) reject(new Error(fault));
  else if (result?.problems) reject(new Problems(result.problems));
  else resolve(result);
});
worker.addEventListener("error", event => waiting.forEach(({ reject }) => reject(new Error(event.message))));

/** Problems with what the reader gave: sentences to show beside the input. */
export class Problems extends Error {
  constructor(sentences) {
    super(sentences.join(" "));
    this.sentences = sentences;
  }
}

/** Calls a function that a room of C# exports. The answer is an object, a text of markup, or bytes. */
export const call = (room, name, ...args) => new Promise((resolve, reject) => {
  waiting.set(++calls, { resolve, reject });
  worker.postMessage({ id: calls, url, room, name, args });
});
