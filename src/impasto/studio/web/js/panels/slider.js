/**
 * A slider with its name and its value in words.
 */

import { element } from "../element.js";

let made = 0;

/**
 * @param {Object} options
 * @param {string} options.label
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} [options.step]
 * @param {(value: number) => string} options.text
 * @param {(value: number) => void} options.oninput While it is dragged.
 * @param {() => void} [options.onstart] Before the first change of a drag, or of a series of keys.
 * @param {number} [options.initial] Where a double click puts it.
 * @returns {{root: HTMLElement, show: (value: number) => void, enable: (on: boolean) => void}}
 */
export function labelledSlider({ label, min, max, step = 1, text, oninput, onstart, initial }) {
  let active = false;
  const id = `slider-${++made}`;
  const value = element("span", { class: "slider-value", "aria-hidden": "true" });
  const input = element("input", { id, type: "range", min: String(min), max: String(max), step: String(step) });
  const root = element("div", { class: "slider" }, element("label", { for: id }, label), value, input);

  const present = () => {
    const now = Number(input.value);
    value.textContent = text(now);
    input.setAttribute("aria-valuetext", text(now));
    input.style.setProperty("--fill", `${(100 * (now - min)) / (max - min)}%`);
  };
  const begin = () => {
    if (!active) onstart?.();
    active = true;
  };
  const end = () => { active = false; };
  input.addEventListener("input", () => {
    begin();
    present();
    oninput(Number(input.value));
  });
  for (const each of ["change", "blur", "pointerup"]) input.addEventListener(each, end);
  if (initial !== undefined) {
    input.title = "Double click for the usual value";
    input.addEventListener("dblclick", () => {
      input.value = String(initial);
      input.dispatchEvent(new Event("input"));
      end();
    });
  }
  return {
    root,
    show(shown) {
      // The hand on the slider knows better than an answer on its way.
      if (!active) input.value = String(shown);
      present();
    },
    enable(on) {
      input.disabled = !on;
    },
  };
}
