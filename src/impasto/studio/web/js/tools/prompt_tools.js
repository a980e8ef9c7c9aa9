/**
 * Draw a box around something, or scribble over it: the studio says what is meant.
 */

import { modeOf, NO_PROMPTS } from "../selection.js";
import { toViewport } from "../view_transform.js";

const LEAST_BOX_PX = 4;
const POINTS_APART_PX = 4;

/** @param {import("../studio.js").Studio} studio */
export function boxTool({ store, overlay, promptWith }) {
  let from = null;
  let to = null;

  overlayFor(overlay, "box", () => from && to && { box: boxBetween(from, to) });

  return {
    cursor: "draw",
    drags: true,
    down(point) {
      from = to = point;
    },
    move(point) {
      to = point;
      overlay.redraw();
    },
    async up(point, event) {
      const box = from && boxBetween(from, point);
      from = to = null;
      overlay.redraw();
      if (!box) return;
      const { size, view } = store.get();
      const inside = [Math.max(0, Math.floor(box[0])), Math.max(0, Math.floor(box[1])), Math.min(size.width, Math.ceil(box[2])), Math.min(size.height, Math.ceil(box[3]))];
      const large = (inside[2] - inside[0]) * view.zoom >= LEAST_BOX_PX && (inside[3] - inside[1]) * view.zoom >= LEAST_BOX_PX;
      if (large) await promptWith({ ...NO_PROMPTS, box: inside }, modeOf(store.get().mode, event));
    },
    cancel() {
      from = to = null;
      overlay.redraw();
    },
  };
}

/** @param {import("../studio.js").Studio} studio */
export function scribbleTool({ store, overlay, promptWith }) {
  let line = null;
  let adds = true;

  overlayFor(overlay, "scribble", () => line && { line, adds });

  return {
    cursor: "draw",
    drags: true,
    down(point, event) {
      line = [[point.x, point.y]];
      adds = modeOf(store.get().mode, event) !== "remove";
    },
    move(point) {
      const [x, y] = line.at(-1);
      if (Math.hypot(point.x - x, point.y - y) * store.get().view.zoom >= POINTS_APART_PX) line.push([point.x, point.y]);
      overlay.redraw();
    },
    async up(_point, event) {
      const drawn = line;
      line = null;
      overlay.redraw();
      if (!drawn) return;
      const { size, pending } = store.get();
      const points = drawn.filter(([x, y]) => x >= 0 && y >= 0 && x < size.width && y < size.height);
      if (points.length === 0) return;
      const mode = modeOf(store.get().mode, event);
      const scribble = { points, add: adds };
      const before = mode !== "new" && pending?.kind === "prompts" ? pending.prompts : NO_PROMPTS;
      await promptWith({ ...before, scribbles: [...before.scribbles, before === NO_PROMPTS ? { points, add: true } : scribble] }, mode);
    },
    cancel() {
      line = null;
      overlay.redraw();
    },
  };
}

function boxBetween(a, b) {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
}

/** Draw what a tool has under way whenever the overlay is drawn. */
function overlayFor(overlay, name, what) {
  overlay.tools.set(name, (context, view) => {
    const drawn = what();
    if (drawn?.box) drawBox(context, view, drawn.box);
    if (drawn?.line) drawLine(context, view, drawn.line, drawn.adds);
  });
}

function drawBox(context, view, box) {
  const [left, top] = toViewport(view, box[0], box[1]);
  const [right, bottom] = toViewport(view, box[2], box[3]);
  context.fillStyle = "rgb(255 255 255 / 12%)";
  context.fillRect(left, top, right - left, bottom - top);
  strokeTwice(context, () => {
    context.beginPath();
    context.rect(Math.round(left) + 0.5, Math.round(top) + 0.5, Math.round(right - left), Math.round(bottom - top));
  }, 1);
}

function drawLine(context, view, line, adds) {
  context.lineCap = context.lineJoin = "round";
  strokeTwice(context, () => {
    context.beginPath();
    for (const [x, y] of line) context.lineTo(...toViewport(view, x, y));
    if (line.length === 1) context.lineTo(...toViewport(view, line[0][0] + 0.1, line[0][1]));
  }, 4, adds ? "#ffd6a8" : "#ff8f80");
}

/** A light line on a dark one is seen on every photograph. */
export function strokeTwice(context, path, width, color = "#fff") {
  path();
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}
