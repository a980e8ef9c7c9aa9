/**
 * More of a style: blended with another, matched by meaning, on all of the photograph, refined.
 */

import { element } from "../element.js";
import { regionOf } from "../document.js";
import { attempt, toast } from "../messages.js";
import { oneAtATime } from "../pacing.js";
import { documentPath, request } from "../rest.js";
import { canMatch, mixName, mixOf, partnersOf } from "../style_mix.js";
import { labelledSlider } from "./slider.js";

const ALONE = "";

/** @param {import("../studio.js").Studio} studio */
export function createMix({ store, actions }) {
  let gesture = 0;
  let mix = null;
  const change = (changes) => actions.send({ do: "set_style", region: store.get().target, style: mixName({ ...mix, ...changes }), gesture });
  const sendShare = oneAtATime((value) => change({ share: value / 100 }));
  const begin = () => { gesture = actions.newGesture(); };

  const other = element("select", { onchange: () => { begin(); change({ second: other.value || null }); } });
  const blend = element("label", { class: "field" }, element("span", {}, "Blend with"), other);
  const share = labelledSlider({ label: "Its share", min: 10, max: 90, step: 10, text: (value) => `${value} %`, onstart: begin, initial: 50, oninput: sendShare });
  const match = element("input", { type: "checkbox", role: "switch", onchange: () => { begin(); change({ matched: match.checked }); } });
  const matched = element("label", { class: "switch", title: "Sky is painted after the painting’s sky, walls after its walls" }, element("span", {}, "Match by meaning"), match);
  const everywhere = element("button", { type: "button", class: "button button-outline button-small", onclick: () => attempt(useEverywhere) }, "Use on the whole photograph");
  const refine = element("button", { type: "button", class: "button button-outline button-small", onclick: () => attempt(refineStyle) }, "Refine by optimisation");
  const root = element("div", { class: "look-mix" }, blend, share.root, matched, element("div", { class: "look-buttons" }, everywhere, refine));

  /** All regions in this style, as one step. */
  async function useEverywhere() {
    const { document, target } = store.get();
    const style = regionOf(document, target)?.style ?? null;
    begin();
    for (const each of [document.background, ...document.objects]) {
      if (each.style !== style) await actions.send({ do: "set_style", region: each.id, style, gesture });
    }
  }

  async function refineStyle() {
    await request(documentPath(store.get().documentId, "styles", mix.first, "refine"), { method: "POST" });
    toast("It is painted by optimisation behind your work, and takes the place of what is there when it is done.", { key: "refine" });
  }

  store.watch(["document", "target", "pending", "styles", "studio"], ({ document, target, pending, styles, studio }) => {
    const region = regionOf(document, target);
    root.hidden = !region?.style || Boolean(pending);
    if (root.hidden) return;
    mix = mixOf(region.style, styles);
    const partners = partnersOf(mix, styles);
    blend.hidden = partners.length === 0;
    showChoices(other, partners, mix.second);
    share.root.hidden = !mix.second;
    share.show(Math.round(100 * mix.share));
    matched.hidden = !canMatch(mix, styles);
    match.checked = mix.matched;
    everywhere.hidden = document.objects.length === 0;
    const own = styles.find((each) => each.name === mix.first && each.own);
    refine.hidden = !own || own.refined || !studio?.own_styles_at_once || own.status !== "ready";
  });
  return root;
}

/** The choices of a select; replaced only when they differ, so that it stays open. */
function showChoices(select, styles, chosen) {
  const wanted = [[ALONE, "Nothing"], ...styles.map((each) => [each.name, each.title])];
  const shown = [...select.options].map((each) => [each.value, each.text]);
  if (JSON.stringify(wanted) !== JSON.stringify(shown)) {
    select.replaceChildren(...wanted.map(([value, text]) => element("option", { value }, text)));
  }
  select.value = chosen ?? ALONE;
}
