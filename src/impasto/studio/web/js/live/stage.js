/**
 * The stage: the picture, what is to be said while there is none, and the buttons below it.
 */

import { element, icon, iconButton, ring } from "../element.js";

/**
 * @param {import("../store.js").Store} store
 * @param {HTMLElement} place
 * @param {HTMLCanvasElement} canvas
 * @param {{record: (on: boolean) => void, snapshot: () => void, start: () => void, again: () => void, point: (x: number, y: number, add: boolean) => void}} ways
 */
export function createStage(store, place, canvas, ways) {
  const frame = element("div", { class: "live-frame" }, canvas);
  place.append(frame, said(store, ways), recordingMark(store), tools(store, place, ways));
  pointing(store, canvas, ways);
  store.watch(["mirror"], ({ mirror }) => canvas.classList.toggle("is-mirrored", mirror));
  store.watch(["status", "look", "loading"], ({ status, look, loading }) => {
    canvas.hidden = status !== "live" && status !== "lost";
    canvas.classList.toggle("is-stale", status === "lost");
    canvas.classList.toggle("is-pointed", Boolean(look) && look.where !== "everything");
    place.setAttribute("aria-busy", String(loading || status === "waiting"));
  });
}

function pointing(store, canvas, { point }) {
  canvas.addEventListener("pointerdown", (event) => {
    const { look, mirror, status } = store.get();
    if (status !== "live" || !look || look.where === "everything" || event.button !== 0) return;
    const box = canvas.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    point(Math.min(1, Math.max(0, mirror ? 1 - x : x)), Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)), !event.shiftKey && !event.altKey);
  });
}

function said(store, { start, again }) {
  const place = element("div", { class: "live-said" });
  const shown = {
    idle: () => [
      element("h1", {}, "Your camera, painted"),
      element("p", {}, "The picture goes to the studio you opened this page from, and nowhere else. Nothing is kept unless you record."),
      element("button", { type: "button", class: "button button-primary", onclick: start }, icon("camera"), element("span", {}, "Start the camera")),
    ],
    connecting: () => [element("span", { class: "live-ring" }, ring(null)), element("p", { role: "status" }, "Calling the studio…")],
    waiting: () => [element("span", { class: "live-ring" }, ring(null)), element("p", { role: "status" }, "Mixing the paint: the first picture comes in a moment.")],
    lost: () => [element("p", { class: "live-veil", role: "status" }, "The line to the studio broke; trying again…")],
    ended: (reason) => [
      icon("warning"),
      element("p", { role: "alert" }, reason ?? "The picture has ended."),
      element("button", { type: "button", class: "button button-outline", onclick: again }, "Try again"),
    ],
  };
  store.watch(["status", "reason"], ({ status, reason }) => {
    place.hidden = status === "live";
    place.dataset.status = status;
    place.replaceChildren(...(shown[status]?.(reason) ?? []));
  });
  return place;
}

function recordingMark(store) {
  const time = element("span", {}, "0:00");
  const mark = element("div", { class: "live-recording", hidden: true, role: "status" }, element("span", { class: "live-dot", "aria-hidden": "true" }), element("span", { class: "visually-hidden" }, "Recording"), time);
  store.watch(["recording", "meters"], ({ recording, meters }) => {
    mark.hidden = !recording;
    const seconds = Math.floor(meters?.recorded_s ?? 0);
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  });
  return mark;
}

function tools(store, stage, { record, snapshot }) {
  const recordButton = iconButton({ icon: "record", label: "Record", text: true, keys: "R", "aria-pressed": "false", class: "live-record", onclick: () => record(!store.get().recording) });
  const snap = iconButton({ icon: "snapshot", label: "Snapshot", keys: "S", onclick: snapshot });
  const full = iconButton({ icon: "fullscreen", label: "Full screen", keys: "F", onclick: () => toggleFullScreen(stage) });
  full.hidden = !document.fullscreenEnabled;
  const floats = element("div", { class: "float live-tools", role: "toolbar", "aria-label": "Keep the picture" }, recordButton, element("span", { class: "divider" }), snap, full);
  store.watch(["status", "recording"], ({ status, recording }) => {
    floats.hidden = status !== "live";
    recordButton.setAttribute("aria-pressed", String(Boolean(recording)));
    recordButton.querySelector("span").textContent = recording ? "Stop" : "Record";
    recordButton.querySelector("use").setAttribute("href", recording ? "#icon-stop" : "#icon-record");
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea") || store.get().status !== "live") return;
    const act = { r: () => recordButton.click(), s: () => snap.click(), f: () => full.click() }[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  });
  return floats;
}

function toggleFullScreen(stage) {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen().catch(() => {});
}
