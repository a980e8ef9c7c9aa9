/**
 * The bar on top: the document, undo and redo, before and after, export.
 */

import { element, icon, iconButton } from "../element.js";
import { openMenu } from "./menu.js";

/** @param {import("../studio.js").Studio} studio */
export function createBar(studio, place) {
  const { store, actions, commands } = studio;
  const name = element("span", { class: "document-name" });
  const saved = element("span", { class: "saved-note" });
  const undo = iconButton({ icon: "undo", label: "Undo", keys: "Ctrl Z", onclick: actions.undo });
  const redo = iconButton({ icon: "redo", label: "Redo", keys: "Ctrl Shift Z", onclick: actions.redo });
  const before = iconButton({ icon: "original", label: "Hold to see the photograph", keys: "\\" });
  const split = iconButton({ icon: "compare", label: "Before and after side by side", keys: "Y", "aria-pressed": "false", onclick: commands.toggleSplit });
  const menu = element(
    "button",
    { type: "button", class: "button wordmark", "aria-haspopup": "menu", "aria-label": "Menu", onclick: () => openMenu(studio, menu) },
    icon("mark"),
    element("span", {}, "Impasto"),
    icon("chevron"),
  );
  place.append(
    element("div", { class: "bar-part" }, menu, name, saved),
    element("div", { class: "bar-part", role: "toolbar", "aria-label": "History and comparison" }, undo, redo, element("span", { class: "divider" }), before, split),
    element(
      "div",
      { class: "bar-part" },
      iconButton({ icon: "help", label: "Keys and gestures", keys: "?", class: "wide-only", onclick: commands.help }),
      iconButton({ icon: "download", label: "Export", text: true, class: "button-primary", keys: "Ctrl E", onclick: commands.exportPicture }),
    ),
  );
  holdToCompare(before, commands);

  store.watch(["name"], (state) => {
    name.textContent = state.name;
    name.title = state.name;
  });
  store.watch(["document", "savedRevision", "connection"], (state) => {
    undo.disabled = !state.document?.can_undo;
    redo.disabled = !state.document?.can_redo;
    saved.textContent = savedText(state);
  });
  store.watch(["compare"], (state) => {
    split.setAttribute("aria-pressed", String(state.compare === "split"));
    before.setAttribute("aria-pressed", String(state.compare === "hold"));
  });
}

function savedText({ document, savedRevision, connection }) {
  if (connection === "lost") return "Reconnecting";
  if (!document) return "";
  return savedRevision >= document.revision ? "Saved" : "Saving";
}

function holdToCompare(button, commands) {
  button.addEventListener("pointerdown", (event) => {
    button.setPointerCapture(event.pointerId);
    commands.holdOriginal(true);
  });
  for (const end of ["pointerup", "pointercancel", "blur"]) button.addEventListener(end, () => commands.holdOriginal(false));
  button.addEventListener("keydown", (event) => {
    if ((event.key === " " || event.key === "Enter") && !event.repeat) commands.holdOriginal(true);
  });
  button.addEventListener("keyup", () => commands.holdOriginal(false));
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}
