/**
 * On narrow screens: which of the panels the sheet below the picture shows.
 */

import { element, icon } from "../element.js";

const TABS = [["styles", "palette", "Styles"], ["objects", "layers", "Objects"], ["look", "sliders", "Adjust"]];

/** @param {import("../studio.js").Studio} studio */
export function createSheetTabs(_studio, place) {
  const editor = document.getElementById("editor");
  const bar = element("div", { role: "tablist", class: "sheet-tab-list" });
  for (const [name, drawing, label] of TABS) {
    bar.append(element("button", { type: "button", role: "tab", class: "button", "aria-controls": name === "styles" ? "palette" : "side", dataset: { sheet: name }, onclick: () => choose(name) }, icon(drawing), label));
  }
  place.append(bar);

  function choose(name) {
    editor.dataset.sheet = name;
    for (const each of bar.children) each.setAttribute("aria-selected", String(each.dataset.sheet === name));
  }
  choose("styles");
}
