/**
 * The first screen: drop or choose a photograph, or go on with earlier work.
 */

import { element, icon, iconButton, progressBar, setProgress } from "../element.js";
import { agoText } from "../document.js";
import { chooseFile, PHOTOGRAPHS_AND_PROJECTS } from "../files.js";
import { attempt } from "../messages.js";
import { documentPath, request, requestJson } from "../rest.js";
import { confirm } from "./dialog.js";
import { themeRow } from "./menu.js";

const EXAMPLE = "example.jpg";

/**
 * @param {HTMLElement} place
 * @param {{open: (id: string) => void, send: (file: File, onProgress: (fraction: number|null) => void) => Promise<void>}} ways
 */
export function createStart(place, { open, send }) {
  const recent = element("section", { class: "recent", "aria-label": "Recent work", hidden: true });
  const progress = element("div", { class: "uploading", hidden: true });
  const refusal = element("p", { class: "refusal", role: "alert", hidden: true });
  const choose = element("button", { type: "button", class: "button button-primary", onclick: () => attempt(pick) }, "Choose a photograph");
  const project = element("button", { type: "button", class: "button button-outline", onclick: () => attempt(() => pick(".impasto")) }, "Open a project");
  const example = element("button", { type: "button", class: "button example", onclick: () => attempt(tryExample) }, element("img", { src: EXAMPLE, alt: "", draggable: false }), "Or try it with this otter");
  const drop = element(
    "section",
    { class: "drop", "aria-label": "Open" },
    element("h1", {}, element("span", { class: "for-mouse" }, "Drop a photograph here"), element("span", { class: "for-touch" }, "Begin with a photograph")),
    element("p", {}, "Point at the sky, a roof, a face; pick a style for each. Nothing leaves this machine."),
    element("div", { class: "actions" }, choose, project, element("a", { class: "button button-outline", href: "live/?camera=browser" }, icon("camera"), "Paint your camera")),
    example,
    progress,
    refusal,
  );
  place.append(
    element("header", { class: "start-bar" }, element("span", { class: "wordmark" }, icon("mark"), "Impasto"), element("span", { class: "spring" }), themeRow()),
    element("div", { class: "start-body" }, drop, recent),
  );

  async function pick(kinds = PHOTOGRAPHS_AND_PROJECTS) {
    const file = await chooseFile(kinds);
    if (file) await take(file);
  }

  async function tryExample() {
    const photograph = await (await request(EXAMPLE)).blob();
    await take(new File([photograph], "otter.jpg", { type: "image/jpeg" }));
  }

  async function take(file) {
    const bar = progressBar(0, "Sending the photograph");
    const text = element("span", { role: "status" }, `Opening ${file.name}`);
    progress.replaceChildren(text, bar);
    progress.hidden = false;
    refusal.hidden = true;
    for (const each of [choose, project, example]) each.disabled = true;
    try {
      await send(file, (fraction) => {
        setProgress(bar, fraction);
        // When all is sent, the studio still has to read it.
        if (fraction === 1) setProgress(bar, null);
      });
    } catch (error) {
      refusal.replaceChildren(icon("warning"), element("span", {}, element("strong", {}, `${file.name} cannot be opened. `), error.message));
      refusal.hidden = false;
    } finally {
      progress.hidden = true;
      for (const each of [choose, project, example]) each.disabled = false;
    }
  }

  async function refresh() {
    refusal.hidden = true;
    const { documents } = await requestJson("/api/documents");
    recent.hidden = documents.length === 0;
    const list = element("ul", { class: "recent-list" }, ...documents.map((each) => recentItem(each, open, remove)));
    recent.replaceChildren(element("h2", {}, "Recent work"), list);
  }

  async function remove(each) {
    const text = `${each.name} and all that was painted on it will be gone for good. The photograph itself stays where it is.`;
    if (!(await confirm({ title: "Remove this work?", text, action: "Remove" }))) return;
    await attempt(() => request(documentPath(each.id), { method: "DELETE" }));
    await attempt(refresh);
  }

  return { take: (file) => attempt(() => take(file)), refresh: () => attempt(refresh), hover: (on) => drop.classList.toggle("is-over", on) };
}

function recentItem(each, open, remove) {
  return element(
    "li",
    { class: "recent-item" },
    element(
      "button",
      { type: "button", class: "recent-open", onclick: () => open(each.id) },
      element("img", { src: `${documentPath(each.id, "preview.jpg")}?at=${each.saved_at}`, alt: "", loading: "lazy", draggable: false }),
      element("span", {}, each.name, element("small", {}, `${agoText(each.saved_at)}${each.width ? `, ${each.width} × ${each.height}` : ""}`)),
    ),
    iconButton({ icon: "trash", label: `Remove ${each.name}`, class: "button-small recent-remove", onclick: () => remove(each) }),
  );
}
