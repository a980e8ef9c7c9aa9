/**
 * Before and after: hold to see the photograph, or a line between both that can be dragged.
 */

import { element } from "../element.js";
import { announce } from "../messages.js";
import { placeCanvas } from "../picture.js";
import { documentPath } from "../rest.js";

/** @param {import("../studio.js").Studio} studio */
export function createCompare({ store, stage, viewport }, place) {
  const image = element("img", { class: "picture picture-before", alt: "", hidden: true, draggable: false });
  const handle = element("div", { class: "split", role: "slider", tabIndex: 0, "aria-label": "Before and after", "aria-valuemin": 0, "aria-valuemax": 100, hidden: true });
  const before = element("span", { class: "badge badge-before", hidden: true }, "Photograph");
  const after = element("span", { class: "badge badge-after", hidden: true }, "Painting");
  viewport.querySelector(".overlay").before(image);
  place.append(handle, before, after);
  let shownScale = 1;

  function load() {
    const { documentId, size } = store.get();
    const scale = stage.picture.scale;
    if (!documentId || !size || !scale) return;
    const source = `${documentPath(documentId, "picture.jpg")}?of=photograph&scale=${scale}`;
    if (image.dataset.source === source) return;
    image.dataset.source = source;
    const next = new Image();
    next.src = source;
    next.decode().then(() => {
      if (image.dataset.source !== source) return;
      image.src = source;
      shownScale = scale;
      show();
    }, () => { image.dataset.source = ""; });
  }

  function show() {
    const { compare, split, view } = store.get();
    const isOn = compare !== "off" && Boolean(view);
    place.classList.toggle("is-comparing", isOn);
    image.hidden = !isOn || !image.getAttribute("src");
    handle.hidden = compare !== "split" || !view;
    before.hidden = !isOn;
    after.hidden = compare !== "split";
    if (!isOn) return;
    load();
    placeCanvas(image, view, shownScale);
    const at = split * stage.room.width;
    handle.style.left = `${at}px`;
    handle.setAttribute("aria-valuenow", String(Math.round(split * 100)));
    image.style.clipPath = compare === "split" ? `inset(0 ${rightOf(image, view, at)}px 0 0)` : "none";
  }

  function rightOf(shown, view, at) {
    const seen = (at - view.x) / (view.zoom * shownScale);
    return Math.max(0, shown.naturalWidth - Math.max(0, seen));
  }

  const moveTo = (clientX) => {
    const frame = viewport.getBoundingClientRect();
    store.set({ split: Math.min(1, Math.max(0, (clientX - frame.left) / frame.width)) });
  };
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", (event) => event.buttons && moveTo(event.clientX));
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    store.set({ split: Math.min(1, Math.max(0, store.get().split + step)) });
  });

  store.watch(["compare", "split", "view", "documentId"], show);
  store.watch(["compare"], ({ compare }) => {
    if (compare === "split") {
      announce("Photograph on the left, painting on the right");
      if (document.activeElement === document.body) handle.focus();
    }
  });
}
