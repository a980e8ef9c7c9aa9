/**
 * The bar: where the picture comes from, how it runs, light or dark.
 */

import { element, icon } from "../element.js";
import { radioGroup } from "../radio_group.js";
import { themeRow } from "../panels/menu.js";

/**
 * @param {import("../store.js").Store} store
 * @param {HTMLElement} place
 * @param {{source: (source: "camera"|"browser") => void}} ways
 */
export function createBar(store, place, { source: choose }) {
  const home = element("a", { class: "wordmark", href: "../", title: "The studio's start page" }, icon("mark"), element("span", {}, "Impasto"));
  const name = element("span", { class: "document-name" });
  const sources = element("div", { class: "segments", role: "radiogroup", "aria-label": "Camera" });
  const show = radioGroup(sources, true);
  for (const [value, label] of [["camera", "Studio's camera"], ["browser", "This browser's"]]) {
    sources.append(element("button", { type: "button", role: "radio", class: "button button-small", dataset: { value }, onclick: () => choose(value) }, label));
  }
  const pace = element("span", { class: "live-pace", title: "Frames a second on the screen, delay from the camera to it, and the size that is painted" });
  place.append(
    element("div", { class: "bar-part" }, home, name),
    element("div", { class: "bar-part" }, sources),
    element("div", { class: "bar-part" }, pace, themeRow()),
  );
  store.watch(["hasStudio"], ({ hasStudio }) => {
    if (!hasStudio) home.removeAttribute("href");
  });
  store.watch(["source", "camera", "name"], ({ source, camera, name: shown }) => {
    sources.hidden = !camera;
    name.textContent = shown ?? "";
    show((each) => each.dataset.value === source);
  });
  store.watch(["meters", "status"], ({ meters, status }) => {
    const parts = status === "live" && meters && meters.shown_fps
      ? [`${Math.round(meters.shown_fps)} fps`, meters.delay_ms === null ? null : `${meters.delay_ms} ms`, `${meters.size[1]} × ${meters.size[0]}`]
      : [];
    pace.replaceChildren(...parts.filter(Boolean).map((each) => element("span", {}, each)));
  });
}
