/**
 * The menu under the page's name: files, looks and help.
 */

import { element, icon } from "../element.js";
import { radioGroup } from "../radio_group.js";
import { chooseTheme, themeChoice } from "../theme.js";

const THEMES = [["system", "auto", "As the system"], ["light", "sun", "Light"], ["dark", "moon", "Dark"]];

/**
 * @param {import("../studio.js").Studio} studio
 * @param {HTMLElement} anchor The button it hangs under.
 */
export function openMenu({ commands }, anchor) {
  const close = () => menu.remove();
  const item = (name, label, keys, run) =>
    element("button", { type: "button", role: "menuitem", class: "button", onclick: () => { close(); run(); } }, icon(name), label, keys && element("kbd", {}, keys));
  const menu = element(
    "div",
    { class: "menu", role: "menu", "aria-label": "Menu", popover: "auto" },
    item("image", "Start page", null, commands.home),
    item("folder", "Open photograph or project", "Ctrl O", commands.open),
    item("download", "Save project", "Ctrl S", commands.saveProject),
    item("upload", "Export picture", "Ctrl E", commands.exportPicture),
    element("hr"),
    themeRow(),
    element("hr"),
    item("help", "Keys and gestures", "?", commands.help),
  );
  menu.addEventListener("toggle", (event) => event.newState === "closed" && close());
  menu.addEventListener("keydown", (event) => walk(menu, event));
  document.body.append(menu);
  menu.showPopover();
  const { left, bottom } = anchor.getBoundingClientRect();
  menu.style.left = `${left}px`;
  menu.style.top = `${bottom + 6}px`;
  menu.querySelector("button").focus();
}

/** Three buttons: system, light, dark. */
export function themeRow() {
  const group = element("div", { class: "segments", role: "radiogroup", "aria-label": "Light or dark" });
  const choose = radioGroup(group, true);
  const show = () => choose((each) => each.dataset.theme === themeChoice());
  for (const [value, name, label] of THEMES) {
    group.append(
      element("button", { type: "button", role: "radio", class: "button button-small", title: label, "aria-label": label, dataset: { theme: value }, onclick: () => { chooseTheme(value); show(); } }, icon(name)),
    );
  }
  show();
  return element("div", { class: "theme-row" }, element("span", {}, "Appearance"), group);
}

function walk(menu, event) {
  const items = [...menu.querySelectorAll("button:not([tabindex='-1'])")];
  const at = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  items[(at + step + items.length) % items.length].focus();
}
