/**
 * The palette: this very photograph in every style, painted as they come.
 */

import { element, icon, iconButton, ring } from "../element.js";
import { durationText, regionOf } from "../document.js";
import { documentPath } from "../rest.js";
import { isMix, mixOf } from "../style_mix.js";

/** @param {import("../studio.js").Studio} studio */
export function createPalette(studio, place) {
  const { store, actions, commands, request } = studio;
  const row = element("div", { class: "palette-row", role: "radiogroup", "aria-label": "Style of what is chosen" });
  const none = card({ title: "Photograph", onclick: () => actions.setStyle(null) });
  const add = element(
    "button",
    { type: "button", class: "style style-add", onclick: commands.ownStyle },
    element("span", { class: "style-face" }, icon("add")),
    element("span", { class: "style-name" }, "Your own"),
  );
  const cards = new Map();
  row.append(none.root, add);
  place.append(row);

  row.addEventListener("keydown", (event) => walk(row, event));
  // A wheel turned over the palette moves along it.
  row.addEventListener("wheel", (event) => {
    if (event.deltaX === 0 && !event.ctrlKey) row.scrollLeft += event.deltaY;
  }, { passive: true });

  store.watch(["documentId", "picturePainted"], ({ documentId, picturePainted }) => {
    if (documentId && picturePainted) none.face(`${documentPath(documentId, "picture.jpg")}?of=photograph&scale=${thumbnailScale(store.get().size)}`, false);
  });
  store.watch(["styles", "jobs", "documentId"], ({ styles: all, jobs, documentId }) => {
    const styles = all.filter((style) => !isMix(style));
    for (const [name, each] of cards) {
      if (!styles.some((style) => style.name === name)) {
        each.root.remove();
        cards.delete(name);
      }
    }
    for (const style of styles) {
      const name = style.name;
      if (!cards.has(name)) {
        const made = card({ title: style.title, onclick: () => actions.setStyle(name), onpointerdown: () => request(name), corner: () => commands.endStyle(name) });
        cards.set(name, made);
        add.before(made.root);
      }
      cards.get(name).show(style, documentId, jobs.find((job) => job.id === style.job));
    }
  });
  store.watch(["target", "pending", "document", "styles"], ({ target, pending, document, styles }) => {
    const painted = pending ? undefined : (regionOf(document, target)?.style ?? null);
    const chosen = painted ? mixOf(painted, styles).first : painted;
    none.choose(chosen === null);
    for (const [name, each] of cards) each.choose(chosen === name);
    const all = [none, ...cards.values()];
    const focusable = all.find((each) => each.chosen) ?? none;
    for (const each of all) each.button.tabIndex = each === focusable ? 0 : -1;
  });
}

/** One style: its picture, its name, how far it is. */
function card({ title, onclick, onpointerdown, corner }) {
  const image = element("img", { alt: "", hidden: true, draggable: false });
  const face = element("span", { class: "style-face" }, image);
  const name = element("span", { class: "style-name" }, title);
  const button = element("button", { type: "button", class: "style", role: "radio", "aria-checked": "false", onclick, onpointerdown: onpointerdown ?? (() => {}) }, face, name);
  const end = corner && iconButton({ icon: "close", label: title, class: "button-small style-end", hidden: true, onclick: corner });
  const root = element("div", { class: "style-item" }, button, end);
  let mark = null;
  image.onload = () => { image.hidden = false; };
  image.onerror = () => { image.hidden = true; };

  const made = {
    root,
    button,
    chosen: false,
    choose(on) {
      made.chosen = on;
      button.setAttribute("aria-checked", String(on));
    },
    face(source, standsIn) {
      if (image.getAttribute("src") !== source) image.src = source;
      image.classList.toggle("is-stand-in", standsIn);
    },
    show(style, documentId, job) {
      const file = style.thumbnail ? "thumbnail.jpg" : "image.jpg";
      if (documentId) made.face(documentPath(documentId, "styles", style.name, file), !style.thumbnail);
      const isPainting = style.status === "painting";
      mark?.remove();
      mark = null;
      if (isPainting && style.job) mark = jobMark(style, job);
      else if (isPainting) mark = element("span", { class: "style-mark" }, ring(style.fraction));
      if (style.status === "failed" || style.status === "missing") mark = element("span", { class: "style-veil" }, icon("warning"));
      if (mark) face.append(mark);
      if (end) showEnd(end, style, isPainting);
      button.title = style.error ?? style.title;
      button.setAttribute("aria-label", labelOf(style));
    },
  };
  return made;
}

/** The corner of a style of one's own: stop painting it, or remove it. */
function showEnd(button, { own, title }, isPainting) {
  button.hidden = !own;
  button.classList.toggle("on-hover", !isPainting);
  button.replaceChildren(icon(isPainting ? "close" : "trash"));
  button.title = isPainting ? `Stop painting ${title}` : `Remove ${title}`;
  button.setAttribute("aria-label", button.title);
}

/** How far a style of one's own is: it takes minutes. */
function jobMark({ fraction }, job) {
  const percent = fraction === null ? "" : `${Math.round(fraction * 100)} %`;
  return element("span", { class: "style-veil" }, ring(fraction), element("span", {}, percent), element("span", {}, durationText(job?.remaining_s)));
}

function labelOf({ title, status, fraction, error }) {
  if (error) return `${title}: ${error}`;
  if (status === "painting") return `${title}, painting${fraction === null ? "" : `, ${Math.round(fraction * 100)} percent`}`;
  if (status === "waiting") return `${title}, not painted yet`;
  if (status === "missing") return `${title}, not on this machine`;
  return title;
}

function thumbnailScale(size) {
  return [16, 8, 4, 2].find((scale) => size && Math.max(size.width, size.height) / scale >= 200) ?? 1;
}

function walk(row, event) {
  const cards = [...row.querySelectorAll(".style")];
  const at = cards.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -at, End: cards.length - 1 - at }[event.key];
  if (at < 0 || step === undefined) return;
  event.preventDefault();
  const next = cards[(at + step + cards.length) % cards.length];
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}
