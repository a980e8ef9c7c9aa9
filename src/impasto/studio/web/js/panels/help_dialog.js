/**
 * All keys and gestures on one sheet.
 */

import { element } from "../element.js";
import { SHORTCUTS } from "../shortcuts.js";
import { openDialog } from "./dialog.js";

const GESTURES = [
  ["Select a region", "tap"],
  ["Larger region", "long press"],
  ["Pan and zoom", "two fingers"],
  ["Pan", "drag"],
];

export function openHelp() {
  const groups = new Map();
  for (const { group, label, keys } of SHORTCUTS) {
    if (!label) continue;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(element("li", {}, element("span", {}, label), element("span", {}, ...keysOf(keys))));
  }
  const sections = [...groups].map(([name, rows]) => element("section", {}, element("h3", {}, name), element("ul", {}, ...rows)));
  sections.push(element("section", {}, element("h3", {}, "Touch"), element("ul", {}, ...GESTURES.map(([label, how]) => element("li", {}, element("span", {}, label), element("span", { class: "object-style" }, how))))));
  openDialog({ title: "Keys and gestures", wide: true, body: [element("div", { class: "keys" }, ...sections)] });
}

function keysOf(keys) {
  return keys.split(" ").flatMap((key, at) => (key === "or" || key === "drag" || key === "wheel" || key === "click" ? [` ${key} `] : [at ? " " : "", element("kbd", {}, key)]));
}
