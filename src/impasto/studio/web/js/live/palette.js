/**
 * The palette: what the camera sees, in every style.
 */

import { element } from "../element.js";
import { radioGroup } from "../radio_group.js";

/**
 * @param {import("../store.js").Store} store
 * @param {HTMLElement} place
 * @param {(style: string|null) => void} choose
 */
export function createPalette(store, place, choose) {
  const row = element("div", { class: "palette-row", role: "radiogroup", "aria-label": "Style" });
  const show = radioGroup(row);
  const none = card(null, "Camera", () => choose(null));
  const cards = new Map();
  row.append(none.root);
  place.append(row);
  row.addEventListener("wheel", (event) => {
    if (event.deltaX === 0 && !event.ctrlKey) row.scrollLeft += event.deltaY;
  }, { passive: true });
  row.addEventListener("focusin", ({ target }) => target.scrollIntoView({ block: "nearest", inline: "nearest" }));

  store.watch(["styles"], ({ styles }) => {
    for (const each of cards.values()) each.root.remove();
    cards.clear();
    for (const style of styles) {
      const made = card(style.name, style.title, () => choose(style.name));
      if (style.image) made.face(`/api/live/styles/${encodeURIComponent(style.name)}/image.jpg`, true);
      cards.set(style.name, made);
      row.append(made.root);
    }
  });
  store.watch(["styles", "look"], ({ look }) => {
    show((radio) => (radio.dataset.style ?? null) === (look?.style ?? null));
  });

  return {
    /** What the camera sees in a style, or as it is; the picture before is let go. */
    face(name, jpeg) {
      (name === null ? none : cards.get(name))?.face(URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" })), false);
    },
  };
}

function card(name, title, onclick) {
  const image = element("img", { alt: "", hidden: true, draggable: false });
  const face = element("span", { class: `style-face ${name === null ? "style-none" : ""}` }, image);
  const button = element(
    "button",
    { type: "button", class: "style", role: "radio", "aria-checked": "false", title, dataset: name === null ? {} : { style: name }, onclick },
    face,
    element("span", { class: "style-name" }, title),
  );
  image.onload = () => { image.hidden = false; };
  return {
    root: element("div", { class: "style-item" }, button),
    face(source, standsIn) {
      if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
      image.src = source;
      image.classList.toggle("is-stand-in", standsIn);
    },
  };
}
