/**
 * The page: the start screen or one document, as the address says.
 */

import { element, loadIcons } from "./element.js";
import { watchDrops } from "./files.js";
import { attempt } from "./messages.js";
import { createStart } from "./panels/start.js";
import { requestJson, StudioError, upload } from "./rest.js";
import { createStudio } from "./studio.js";
import { startTheme } from "./theme.js";
import { watchHands } from "./hands.js";

startTheme();
watchHands();
loadIcons();

const startPlace = document.getElementById("start");
const editor = document.getElementById("editor");
const veil = element("div", { class: "drop-veil", hidden: true }, "Drop to open it");
document.body.append(veil);

const start = createStart(startPlace, { open: go, send });
const { store, studio, open, close } = bind(createStudio({ home: () => go(null), open: (file) => attempt(() => send(file, () => {})) }));

/** Show a document, or the start page. */
function go(id) {
  const address = id ? `?${new URLSearchParams({ document: id })}` : location.pathname;
  if (opened() !== id) history.pushState(null, "", address);
  route();
}

/** The document the address names. */
function opened() {
  return new URLSearchParams(location.search).get("document");
}

function route() {
  const id = opened();
  startPlace.hidden = Boolean(id);
  editor.hidden = !id;
  if (id) {
    if (store.get().documentId !== id) open(id);
    return;
  }
  close();
  start.refresh();
}

/** Send a photograph or a project, then show it. */
async function send(file, onProgress) {
  const limit = store.get().studio?.limits?.upload_bytes;
  if (limit && file.size > limit && !file.name.endsWith(".impasto")) {
    throw new StudioError(`This file has ${megabytes(file.size)} MB; at most ${megabytes(limit)} MB can be opened. Save it smaller and try again.`, "FileSizeError", 0);
  }
  const { id } = await upload(`/api/documents?${new URLSearchParams({ name: file.name })}`, file, onProgress);
  firstLook(file, id);
  go(id);
}

/** Show what the browser can decode itself until the studio has painted. */
async function firstLook(file, id) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return;
  const stop = store.watch(["size", "documentId"], ({ size, documentId }) => {
    if (documentId !== id || !size) return;
    requestAnimationFrame(() => studio.stage.picture.showPreview(bitmap));
    queueMicrotask(() => stop());
  });
}

function megabytes(bytes) {
  return Math.ceil(bytes / 2 ** 20);
}

function bind(made) {
  return { ...made, open: made.open.bind(made), close: made.close.bind(made) };
}

watchDrops({
  over(on) {
    if (startPlace.hidden) veil.hidden = !on;
    else start.hover(on);
  },
  take(file) {
    if (!startPlace.hidden) start.take(file);
    else attempt(() => send(file, () => {}));
  },
});

store.watch(["name"], ({ name }) => {
  document.title = name ? `${name} – Impasto studio` : "Impasto studio";
});
addEventListener("popstate", route);
attempt(async () => store.set({ studio: await requestJson("/api/studio") }));
route();
