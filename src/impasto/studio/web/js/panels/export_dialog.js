/**
 * Export: choose a format, wait for the full resolution, receive the file.
 */

import { element, progressBar, setProgress } from "../element.js";
import { durationText } from "../document.js";
import { attempt } from "../messages.js";
import { documentPath, download, request, requestJson } from "../rest.js";
import { openDialog } from "./dialog.js";
import { labelledSlider } from "./slider.js";

const TITLES = { jpeg: "JPEG, small", png: "PNG, exact", webp: "WebP, smallest", tiff: "TIFF, for printing" };
const LOSSY = ["jpeg", "webp"];

/** @param {import("../studio.js").Studio} studio */
export function openExport({ store }) {
  const { documentId, studio, original } = store.get();
  let quality = 92;
  let job = null;
  const format = element("select", { onchange: () => show() }, ...(studio?.export_formats ?? ["jpeg", "png"]).map((name) => element("option", { value: name, selected: name === "jpeg" }, TITLES[name] ?? name)));
  const slider = labelledSlider({ label: "Quality", min: 60, max: 100, text: String, oninput: (value) => { quality = value; } });
  slider.show(quality);
  const bar = progressBar(null, "Export");
  const stage = element("p", { role: "status" });
  const progress = element("div", { hidden: true }, stage, bar);
  const start = element("button", { type: "button", class: "button button-primary", autofocus: true, onclick: () => attempt(begin) }, "Export");
  const cancel = element("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
  const size = original ? `${original.width} × ${original.height} pixels, with the photograph’s metadata.` : "";
  const dialog = openDialog({
    title: "Export picture",
    body: [element("p", {}, size), element("label", { class: "field" }, element("span", {}, "Format"), format), slider.root, progress, element("div", { class: "dialog-actions" }, cancel, start)],
    onclose: () => {
      stop();
      if (job?.status === "running") attempt(() => request(documentPath(documentId, "jobs", job.id), { method: "DELETE" }));
    },
  });

  function show() {
    slider.root.hidden = !LOSSY.includes(format.value);
  }

  async function begin() {
    start.disabled = format.disabled = true;
    progress.hidden = false;
    try {
      job = await requestJson(documentPath(documentId, "exports"), { method: "POST", json: { format: format.value, ...(LOSSY.includes(format.value) ? { quality } : {}) } });
      watch(store.get().jobs);
    } catch (error) {
      start.disabled = format.disabled = false;
      progress.hidden = true;
      throw error;
    }
  }

  function watch(jobs) {
    const now = job && jobs.find((each) => each.id === job.id);
    if (!now || job.status !== "running") return;
    job = now;
    stage.textContent = [now.stage, durationText(now.remaining_s)].filter(Boolean).join(", ");
    setProgress(bar, now.fraction);
    if (now.status === "done") {
      download(now.url);
      dialog.close();
    } else if (now.status !== "running") {
      stage.textContent = now.error ?? "The export was stopped.";
      start.disabled = format.disabled = false;
    }
  }

  const stop = store.watch(["jobs"], ({ jobs }) => watch(jobs ?? []));
  show();
}
