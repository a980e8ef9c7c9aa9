/**
 * What goes on until the photograph can be worked on: stages and percentages.
 */

import { element, icon, progressBar, ring, setProgress } from "../element.js";
import { loadingOf } from "../document.js";
import { announce } from "../messages.js";

/** @param {import("../studio.js").Studio} studio */
export function createLoading({ store, commands }, stagePlace) {
  const card = element("section", { class: "loading", "aria-label": "Loading", hidden: true });
  const rows = new Map();
  stagePlace.append(card);
  let told = null;

  store.watch(["loading", "tree", "name"], ({ loading, tree, name }) => {
    const { current } = loadingOf(loading);
    const goesOn = Boolean(name) && !tree && !loading?.error;
    stagePlace.classList.toggle("is-loading", goesOn);
    if (loading?.error) {
      rows.clear();
      card.replaceChildren(element("h2", {}, "This cannot be opened"), element("p", {}, loading.error.message), element("button", { type: "button", class: "button button-primary", onclick: commands.home }, "Back to the start"));
    }
    card.hidden = !goesOn && !loading?.error;
    if (card.hidden || loading?.error) return;
    if (current && current.name !== told) announce(current.title);
    told = current?.name;
    // Painting goes on behind the work; it is the palette that tells of it.
    const waited = (loading?.stages ?? [{ name: "open", title: "Opening", fraction: null }]).filter((stage) => stage.name !== "styles");
    for (const stage of waited) {
      if (!rows.has(stage.name)) rows.set(stage.name, stageRow(stage));
      rows.get(stage.name).show(stage, stage.name === current?.name || waited.length === 1);
    }
    card.replaceChildren(...waited.map((stage) => rows.get(stage.name).root));
  });
}

function stageRow({ title }) {
  const mark = element("span", { class: "stage-mark" });
  const text = element("span", {}, title);
  const percent = element("output");
  const bar = progressBar(null, title);
  const root = element("div", { class: "stage-row" }, mark, text, percent, bar);
  return {
    root,
    show({ fraction }, isCurrent) {
      const isDone = fraction !== null && fraction >= 1;
      root.classList.toggle("is-done", isDone);
      root.classList.toggle("is-current", isCurrent);
      root.classList.toggle("is-waiting", !isDone && !isCurrent);
      mark.replaceChildren(isDone ? icon("check") : isCurrent ? ring(fraction) : "");
      percent.textContent = isDone || fraction === null || !isCurrent ? "" : `${Math.round(fraction * 100)} %`;
      setProgress(bar, fraction);
    },
  };
}
