// The state of a room in the page's address: #room?name=value&…

import { $ } from "./page.js";

const longest = 100_000; // characters of a text in an address; browsers and mail programs cut longer ones

/** The room of the address, and its values. */
export const read = () => {
  const [room, ...query] = location.hash.slice(1).split("?");
  return { room, values: new URLSearchParams(query.join("?")) };
};

/** Writes the state of a room into the address, if the room is open. Values that are empty are left out. */
export const write = (room, values) => {
  if ($(room).hidden) return;
  const kept = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ""));
  history.replaceState(null, "", `#${room}${kept.size ? `?${kept}` : ""}`);
};

/** The values of controls that differ from their defaults. Controls stand by their names in the address: [id, default]. */
export const changed = controls => Object.fromEntries(
  Object.entries(controls).map(([name, [id, initial]]) => [name, $(id).value === initial ? undefined : $(id).value]));

/** Sets controls to the values of an address. Without values, only empty controls are set, to their defaults. */
export const fill = (controls, values) => {
  for (const [name, [id, initial]] of Object.entries(controls))
    if (values.size || !$(id).value) $(id).value = values.get(name) ?? initial;
};

/** The state of the run as a part of another room's state. */
export const ofRun = run => Object.fromEntries(Object.entries(run).map(([name, value]) => [`run.${name}`, value]));

/** The state of the run in the address of another room. */
export const runOf = values => new URLSearchParams(
  [...values].filter(([name]) => name.startsWith("run.")).map(([name, value]) => [name.slice(4), value]));

const through = async (bytes, stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

/** Bytes as text of an address, compressed; null if they are too long for one. */
export const pack = async bytes => {
  const packed = await through(bytes, new CompressionStream("deflate-raw"));
  if (packed.length > longest * 3 / 4) return null;
  return btoa(Array.from(packed, byte => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

/** The bytes of a packed text. */
export const unpack = text => through(
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), character => character.charCodeAt(0)),
  new DecompressionStream("deflate-raw"));
