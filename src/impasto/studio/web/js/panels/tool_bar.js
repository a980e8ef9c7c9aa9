/**
 * What floats over the picture: tools, their options, zoom, and a hint.
 */

import { element, icon, iconButton } from "../element.js";
import { radioGroup } from "../radio_group.js";
import { labelledSlider } from "./slider.js";

const TOOLS = [["select", "select", "Select regions", "V"], ["box", "box", "Draw a box around something", "R"], ["scribble", "scribble", "Scribble over something", "S"], ["brush", "brush", "Brush: correct the mask", "B"]];
const MODES = [["new", "new", "New"], ["add", "add", "Add"], ["remove", "subtract", "Remove"]];
const HINTS = {
  select: "Click a region, then a style. Wheel or [ ] for larger and smaller. Shift adds, Alt removes.",
  box: "Drag a box around something.",
  scribble: "Scribble over something. Shift adds, Alt removes.",
  brush: "Draw to add to the mask, with Alt to remove. Wheel or [ ] for the size.",
};

/** @param {import("../studio.js").Studio} studio */
export function createToolBar(studio, place) {
  place.append(tools(studio), options(studio), zoom(studio), hint(studio));
}

function tools({ store, commands }) {
  const bar = element("div", { class: "float tools", role: "radiogroup", "aria-label": "Tools" });
  for (const [name, drawing, label, keys] of TOOLS) {
    if (name === "brush") bar.append(element("hr"));
    bar.append(iconButton({ icon: drawing, label, keys, role: "radio", dataset: { tool: name }, onclick: () => commands.useTool(name) }));
  }
  const choose = radioGroup(bar);
  store.watch(["tool"], ({ tool }) => choose((each) => each.dataset.tool === tool));
  return bar;
}

function options({ store, commands, actions }) {
  const modes = element("div", { class: "segments", role: "radiogroup", "aria-label": "What a click does" });
  for (const [value, drawing, label] of MODES) {
    modes.append(element("button", { type: "button", role: "radio", class: "button", title: label, "aria-label": label, dataset: { mode: value }, onclick: () => store.set({ mode: value }) }, icon(drawing), element("span", {}, label)));
  }
  const chooseMode = radioGroup(modes);
  const steps = element(
    "div",
    { class: "segments" },
    iconButton({ icon: "smaller", label: "Smaller region", keys: "[", onclick: () => commands.step(-1) }),
    iconButton({ icon: "larger", label: "Larger region", keys: "]", onclick: () => commands.step(1) }),
  );
  const size = labelledSlider({ label: "Size", min: 0, max: 100, text: (value) => `${Math.round(radiusOf(value) * 2)} px`, oninput: (value) => store.set({ brush: { ...store.get().brush, radius: radiusOf(value) } }) });
  const hardness = labelledSlider({ label: "Hardness", min: 0, max: 100, text: (value) => `${value} %`, oninput: (value) => store.set({ brush: { ...store.get().brush, hardness: value / 100 } }) });
  const keep = element("button", { type: "button", class: "button", title: "Keep as an object (Enter)", onclick: actions.keepSelection }, icon("check"), element("span", {}, "Keep"));
  const drop = element("button", { type: "button", class: "button", title: "Forget the selection (Escape)", onclick: actions.dropSelection }, icon("close"), element("span", {}, "Discard"));
  const firstDivider = element("span", { class: "divider" });
  const secondDivider = element("span", { class: "divider" });
  const bar = element("div", { class: "float options", role: "group", "aria-label": "Options of the tool" }, modes, firstDivider, steps, size.root, hardness.root, secondDivider, keep, drop);

  store.watch(["tool", "mode", "pending", "brush", "tree"], (state) => {
    const brushes = state.tool === "brush";
    chooseMode((each) => each.dataset.mode === (brushes && state.mode === "new" ? "add" : state.mode));
    modes.firstElementChild.hidden = brushes;
    steps.hidden = brushes || (state.tool !== "select" && !state.pending);
    firstDivider.hidden = steps.hidden && !brushes;
    for (const each of [size.root, hardness.root]) each.hidden = !brushes;
    for (const each of [keep, drop, secondDivider]) each.hidden = brushes || !state.pending;
    size.show(sliderOf(state.brush.radius));
    hardness.show(Math.round(state.brush.hardness * 100));
    bar.hidden = !state.tree && !brushes;
  });
  return bar;
}

/** Small brushes are told apart finely, large ones coarsely. */
function radiusOf(value) {
  return Math.round(10 * 600 ** (value / 100)) / 10;
}

function sliderOf(radius) {
  return Math.round((100 * Math.log(Math.max(1, radius))) / Math.log(600));
}

function zoom({ store, stage, commands }) {
  const level = element("button", { type: "button", class: "button button-small zoom-level", title: "Show at 100 %  (Shift F)", onclick: commands.actualSize });
  const bar = element(
    "div",
    { class: "float zoom", role: "group", "aria-label": "Zoom" },
    iconButton({ icon: "zoom-out", label: "Zoom out", keys: "-", class: "zoom-step button-small", onclick: () => stage.zoomBy(1 / 1.25) }),
    level,
    iconButton({ icon: "zoom-in", label: "Zoom in", keys: "+", class: "zoom-step button-small", onclick: () => stage.zoomBy(1.25) }),
    iconButton({ icon: "fit", label: "Fit the picture", keys: "F", class: "button-small", onclick: () => stage.fit() }),
  );
  store.watch(["view"], ({ view }) => {
    const percent = view ? Math.round(view.zoom * devicePixelRatio * 100) : 100;
    level.textContent = `${percent} %`;
    level.setAttribute("aria-label", `Zoom ${percent} percent; show at 100 percent`);
  });
  return bar;
}

function hint({ store }) {
  const text = element("p", { class: "hint" });
  let seen = 0;
  let last = null;
  store.watch(["tool", "pending", "target", "tree", "compare"], (state) => {
    if (state.pending && state.pending !== last) seen += 1;
    last = state.pending;
    text.textContent = state.pending ? "Choose a style below. Enter keeps the selection, Escape forgets it." : HINTS[state.tool];
    text.classList.toggle("is-quiet", !state.tree || seen > 4 || state.compare !== "off");
  });
  return text;
}
