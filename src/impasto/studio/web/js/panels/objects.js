/**
 * The list of objects, topmost first, and the background below them.
 */

import { element, icon, iconButton, setProperty } from "../element.js";
import { lookText, percentText } from "../document.js";
import { shareOf } from "../region_tree.js";
import { dragToReorder } from "./reorder.js";

/** @param {import("../studio.js").Studio} studio */
export function createObjectList(studio, place) {
  const { store, actions } = studio;
  const list = element("ul", { class: "object-list scrolls", "aria-label": "Objects, topmost first" });
  const count = element("span", { class: "object-style" });
  place.append(element("section", { class: "panel objects", "aria-label": "Objects" }, element("div", { class: "panel-head" }, element("h2", {}, "Objects"), count), list));
  const pending = pendingRow(studio);
  const line = element("li", { class: "object-line", role: "separator" });
  const rows = new Map();

  store.watch(["document", "styles", "pending", "target"], ({ document, styles, pending: selection, target }) => {
    if (!document) {
      list.replaceChildren();
      rows.clear();
      return;
    }
    const regions = [...[...document.objects].reverse(), document.background];
    for (const id of rows.keys()) if (!regions.some((each) => each.id === id)) rows.delete(id);
    for (const each of regions) {
      if (!rows.has(each.id)) rows.set(each.id, objectRow(studio, each.id));
      rows.get(each.id).show(each, styles, !selection && target === each.id);
    }
    const shown = regions.map((each) => rows.get(each.id).root);
    shown.splice(-1, 0, ...(document.objects.length || selection ? [line] : []));
    if (selection) shown.unshift(pending.root);
    placeInOrder(list, shown);
    count.textContent = document.objects.length ? String(document.objects.length) : "";
  });
  store.watch(["hover"], ({ hover }) => {
    for (const [id, each] of rows) each.root.classList.toggle("is-lit", hover?.kind === "object" && hover.id === id);
  });
  studio.onpainted(() => {
    for (const each of rows.values()) each.paint();
    pending.paint();
  });
  store.watch(["pending"], () => pending.paint());
  dragToReorder(list, {
    order: () => store.get().document.objects.map((each) => each.id),
    move: actions.move,
  });
}

/** Children in this order, moving only what is out of place: focus stays where it is. */
function placeInOrder(list, shown) {
  for (const child of [...list.children]) if (!shown.includes(child)) child.remove();
  shown.forEach((child, at) => {
    if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null);
  });
}

function pendingRow({ store, actions, paintSelection }) {
  const swatch = element("canvas", { class: "object-swatch", width: 88, height: 88 });
  const share = element("span", { class: "object-style" });
  store.watch(["pending", "tree", "size"], (state) => { share.textContent = shareText(state); });
  const root = element(
    "li",
    { class: "object is-pending", dataset: { chosen: "true" } },
    element("div", { class: "object-main" }, swatch, element("span", { class: "object-text" }, element("span", { class: "object-name" }, "New selection"), share)),
    element("span", { class: "object-actions" }, iconButton({ icon: "check", label: "Keep as an object", keys: "Enter", class: "button-small", onclick: actions.keepSelection }), iconButton({ icon: "close", label: "Discard", keys: "Escape", class: "button-small", onclick: actions.dropSelection })),
  );
  return { root, paint: () => store.get().pending && paintSelection(swatch) };
}

/** How much of the picture is selected, in words. */
function shareText({ pending, tree, size }) {
  if (!pending || !size) return "";
  const part = pending.kind === "nodes" ? tree && shareOf(tree, pending.nodes) : pending.candidates[pending.index].area / (size.width * size.height);
  return part ? `${percentText(part)} of the picture` : "";
}

function objectRow(studio, id) {
  const { store, actions } = studio;
  const isBackground = id === "background";
  let region = null;
  const swatch = element("canvas", { class: "object-swatch", width: 88, height: 88 });
  const name = element("span", { class: "object-name" });
  const look = element("span", { class: "object-style" });
  const main = element("button", { type: "button", class: "object-main", onclick: () => store.set({ target: id, pending: null }) }, swatch, element("span", { class: "object-text" }, name, look));
  const eye = iconButton({ icon: "eye", label: "Hide", class: "button-small on-hover", onclick: () => actions.set("visible", id, !region.visible) });
  const grip = isBackground ? null : iconButton({ icon: "grip", label: "Drag to another place; Alt with arrow keys moves", class: "button-small on-hover grip" });
  const root = element("li", { class: "object", dataset: { id } }, main, element("span", { class: "object-actions" }, eye, grip));

  if (!isBackground) {
    main.addEventListener("dblclick", () => rename());
    root.addEventListener("keydown", (event) => onKey(event));
  }
  root.addEventListener("pointerenter", () => store.get().tool === "select" && !isBackground && store.set({ hover: { kind: "object", id } }));
  root.addEventListener("pointerleave", () => store.get().hover?.id === id && store.set({ hover: null }));

  function onKey(event) {
    if (event.target.matches("input")) return;
    const position = store.get().document.objects.findIndex((each) => each.id === id);
    if (event.key === "F2") rename();
    else if (event.key === "Delete" || event.key === "Backspace") actions.remove(id);
    else if (event.altKey && event.key === "ArrowUp") actions.move(id, Math.min(store.get().document.objects.length - 1, position + 1));
    else if (event.altKey && event.key === "ArrowDown") actions.move(id, Math.max(0, position - 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function rename() {
    const field = element("input", { class: "object-name", type: "text", maxlength: "200", "aria-label": "Name", value: region.name });
    const finish = (keep) => {
      const text = field.value.trim();
      field.onblur = null;
      field.replaceWith(name);
      main.focus();
      if (keep && text && text !== region.name) actions.rename(id, text);
    };
    field.onblur = () => finish(true);
    field.onclick = (event) => event.stopPropagation();
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
        finish(event.key === "Enter");
      }
    };
    name.replaceWith(field);
    field.value = region.name;
    field.select();
  }

  return {
    root,
    rename,
    show(next, styles, chosen) {
      const masked = region?.mask !== next.mask;
      region = next;
      name.textContent = next.name;
      look.textContent = lookText(next, styles);
      root.classList.toggle("is-hidden", !next.visible);
      setProperty(root, "data-chosen", chosen ? "true" : null);
      setProperty(main, "aria-current", chosen ? "true" : null);
      eye.replaceChildren(icon(next.visible ? "eye" : "eye-off"));
      eye.setAttribute("aria-label", `${next.visible ? "Hide" : "Show"} ${next.name}`);
      eye.title = next.visible ? "Hide" : "Show";
      if (masked) studio.paintSwatch(swatch, next);
    },
    paint() {
      if (region) studio.paintSwatch(swatch, region);
    },
  };
}
