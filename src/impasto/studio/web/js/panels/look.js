/**
 * How what is chosen is painted: strength, feather, colours.
 */

import { element, icon } from "../element.js";
import { regionOf } from "../document.js";
import { oneAtATime } from "../pacing.js";
import { createMix } from "./mix.js";
import { labelledSlider } from "./slider.js";

const MOST_FEATHER_PX = 64;
const FEATHER_STEPS = 1000;

/** @param {import("../studio.js").Studio} studio */
export function createLook(studio, place) {
  const { store, actions } = studio;
  let gesture = 0;
  const onstart = () => { gesture = actions.newGesture(); };
  const setter = (what) => oneAtATime((value) => actions.set(what, store.get().target, value, { gesture }));
  const sendStrength = setter("strength");
  const sendFeather = setter("feather");
  const sendGaps = oneAtATime((value) => actions.send({ do: "set_close_gaps", close_gaps_px: value, gesture }));

  const strength = labelledSlider({ label: "Strength", min: 0, max: 150, text: (value) => `${value} %`, onstart, initial: 100, oninput: (value) => sendStrength(value / 100) });
  const feather = labelledSlider({ label: "Feather", min: 0, max: FEATHER_STEPS, text: (value) => `${featherText(featherOf(value))} px`, onstart, initial: sliderOf(2), oninput: (value) => sendFeather(featherOf(value)) });
  const gaps = labelledSlider({ label: "Close gaps between objects", min: 0, max: 8, text: (value) => `${value} px`, onstart, initial: 0, oninput: sendGaps });
  const colors = element("input", { type: "checkbox", role: "switch", onchange: () => actions.set("preserve_colors", store.get().target, colors.checked) });
  const preserve = element("label", { class: "switch" }, element("span", {}, "Keep the photograph’s colours"), colors);
  const remove = element("button", { type: "button", class: "button button-danger button-small", onclick: () => actions.remove(store.get().target) }, icon("trash"), "Remove");
  const title = element("h2");
  const note = element("p", { class: "look-empty" });
  place.append(element("section", { class: "look", "aria-label": "How it is painted" }, element("div", { class: "panel-head" }, title, remove), note, strength.root, feather.root, gaps.root, preserve, createMix(studio)));

  store.watch(["document", "target", "pending"], ({ document, target, pending }) => {
    const region = regionOf(document, target);
    const isObject = Boolean(region) && target !== "background";
    const isPainted = Boolean(region?.style) && !pending;
    title.textContent = pending ? "New selection" : region?.name ?? "";
    note.hidden = isPainted;
    note.textContent = noteText(region, pending);
    remove.hidden = !isObject || Boolean(pending);
    strength.root.hidden = preserve.hidden = !isPainted;
    feather.root.hidden = !isObject || Boolean(pending);
    gaps.root.hidden = isObject || Boolean(pending) || !document?.objects.length;
    if (!region) return;
    strength.show(Math.round(region.strength * 100));
    if (isObject) feather.show(sliderOf(region.feather_px));
    gaps.show(document.close_gaps_px);
    colors.checked = region.preserve_colors;
  });
}

function noteText(region, pending) {
  if (pending) return "Choose a style to paint it, or keep it as an object.";
  if (!region) return "";
  return region.id === "background" ? "Choose a style to paint all that no object has." : "Choose a style to paint it.";
}

/** Soft edges are told apart coarsely, sharp ones finely. */
export function featherOf(value) {
  return Math.round(MOST_FEATHER_PX * (value / FEATHER_STEPS) ** 2 * 10) / 10;
}

export function sliderOf(feather_px) {
  return Math.round(FEATHER_STEPS * Math.sqrt(feather_px / MOST_FEATHER_PX));
}

function featherText(feather_px) {
  return feather_px < 10 ? feather_px.toFixed(1) : String(Math.round(feather_px));
}
