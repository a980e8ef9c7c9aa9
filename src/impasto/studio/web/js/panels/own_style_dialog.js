/**
 * A style of one's own: choose a picture, name it; it is painted behind the work.
 */

import { element, progressBar, setProgress } from "../element.js";
import { chooseFile } from "../files.js";
import { attempt, toast } from "../messages.js";
import { documentPath, upload } from "../rest.js";
import { openDialog } from "./dialog.js";
import { labelledSlider } from "./slider.js";

const AT_ONCE = "It is painted in one pass, in a moment. Where you use it, it can be blended with others, matched by meaning, and refined by optimisation.";
const OPTIMISED = "It is painted by optimisation behind your work, which takes some minutes. Larger sides take longer and show finer strokes.";

/** @param {import("../studio.js").Studio} studio */
export async function openOwnStyle({ store }, given = null) {
  const file = given ?? (await chooseFile("image/*"));
  if (!file) return;
  const { documentId, studio } = store.get();
  const [least, most] = studio?.limits?.own_style_px ?? [128, 1024];
  const stopping = new AbortController();
  let side = Math.min(512, most);
  const address = URL.createObjectURL(file);
  const name = element("input", { type: "text", maxlength: "80", autofocus: true, value: titleOf(file.name) });
  const size = labelledSlider({ label: "Longest side", min: least, max: most, step: 64, text: (value) => `${value} px`, oninput: (value) => { side = value; } });
  size.show(side);
  const atOnce = Boolean(studio?.own_styles_at_once);
  size.root.hidden = atOnce;
  const bar = progressBar(0, "Sending the picture");
  bar.hidden = true;
  const start = element("button", { type: "submit", class: "button button-primary" }, "Paint");
  const form = element(
    "form",
    { class: "dialog-form", onsubmit: (event) => { event.preventDefault(); attempt(begin); } },
    element("div", { class: "own-style-preview" }, element("img", { src: address, alt: "The chosen style picture" }), element("label", { class: "field" }, element("span", {}, "Name"), name)),
    size.root,
    element("p", {}, atOnce ? AT_ONCE : OPTIMISED),
    bar,
    element("div", { class: "dialog-actions" }, element("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel"), start),
  );
  const dialog = openDialog({
    title: "Your own style",
    body: [form],
    onclose: () => {
      URL.revokeObjectURL(address);
      stopping.abort();
    },
  });

  async function begin() {
    start.disabled = true;
    bar.hidden = false;
    const query = new URLSearchParams({ title: name.value.trim() || "My style", longest_side_px: side });
    try {
      await upload(`${documentPath(documentId, "styles")}?${query}`, file, (fraction) => setProgress(bar, fraction), stopping.signal);
    } finally {
      start.disabled = false;
      bar.hidden = true;
    }
    dialog.close();
    if (!atOnce) toast(`${name.value.trim() || "My style"} is being painted; it comes into the palette by itself.`);
  }
}

/** A file's name as a title. */
export function titleOf(filename) {
  const words = filename.replace(/\.[^.]*$/, "").replace(/[-_]+/g, " ").trim();
  return words ? words[0].toUpperCase() + words.slice(1, 60) : "My style";
}
