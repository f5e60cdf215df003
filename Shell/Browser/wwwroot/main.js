// The rooms, and the tab that is open. A room is a module with:
//   open(values)  shows the state that an address holds; without values, the room stays as it is
//   state()       the values that an address of its present state holds

import * as ask from "./ask.js";
import * as derive from "./derive.js";
import * as learn from "./learn.js";
import * as reading from "./read.js";
import { read, write } from "./link.js";
import { $, attempt } from "./page.js";

const rooms = { learn, derive, read: reading, ask };

const enter = async () => {
  const { room, values } = read(), name = room in rooms ? room : "learn";
  for (const each of Object.keys(rooms)) {
    $(each).hidden = each !== name;
    const tab = document.querySelector(`nav a[href="#${each}"]`);
    if (each === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  document.title = `${$(name).getAttribute("aria-label")} · microgpt in a tab`;
  await rooms[name].open(values);
  if (!values.size) write(name, rooms[name].state());
};

// A room that cannot be shown leaves its reason in the place of the word that the page is loading.
const show = async () => {
  await attempt($("loading"), enter);
  $("loading").hidden = !$("loading").hasChildNodes();
};

addEventListener("hashchange", show);
await show();
document.documentElement.dataset.ready = "";
