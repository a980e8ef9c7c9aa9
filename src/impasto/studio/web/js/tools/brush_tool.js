/**
 * Correct an object's mask by hand: what is drawn is sent in pieces, so it is seen while drawing.
 */

import { toast } from "../messages.js";
import { modeOf } from "../selection.js";
import { toViewport } from "../view_transform.js";
import { strokeTwice } from "./prompt_tools.js";

const PIECE_MS = 40;
const LEAST_RADIUS = 1;
const MOST_RADIUS = 600;

/** @param {import("../studio.js").Studio} studio */
export function brushTool({ store, overlay, actions }) {
  let spot = null;
  let stroke = null;
  let timer = null;
  let shown = [];

  overlay.tools.set("brush", (context, view) => {
    if (store.get().tool !== "brush") return;
    const { brush } = store.get();
    for (const each of shown) drawStroke(context, view, each);
    if (spot) drawCursor(context, view, spot, brush);
  });

  function sendPiece() {
    timer = null;
    if (!stroke || stroke.sent >= stroke.points.length) return;
    const points = stroke.points.slice(Math.max(0, stroke.sent - 1));
    stroke.sent = stroke.points.length;
    const { radius_px, hardness, erase, gesture, region } = stroke;
    stroke.answer = actions.send({ do: "brush", region, points, radius_px, hardness, erase, gesture });
  }

  async function finish() {
    clearTimeout(timer);
    sendPiece();
    const done = stroke;
    stroke = null;
    await done.answer;
    // The stroke itself goes when the mask that holds it has come.
    setTimeout(() => {
      shown = shown.filter((each) => each !== done);
      overlay.redraw();
    }, 250);
  }

  return {
    cursor: "none",
    drags: true,
    hover(point) {
      spot = point;
      overlay.redraw();
    },
    leave() {
      spot = null;
      overlay.redraw();
    },
    async down(point, event) {
      const { pending, target, brush, mode } = store.get();
      const erase = modeOf(mode, event) === "remove";
      const started = { points: [[point.x, point.y]], sent: 0, radius_px: brush.radius, hardness: brush.hardness, erase, gesture: actions.newGesture(), region: target };
      if (!pending && target === "background") {
        toast("Choose an object first: the brush corrects its mask.", { key: "brush" });
        return;
      }
      stroke = started;
      shown.push(started);
      if (pending) {
        const region = await actions.keepSelection();
        if (region) started.region = region;
      }
      timer = setTimeout(sendPiece, PIECE_MS);
    },
    move(point) {
      spot = point;
      overlay.redraw();
      if (!stroke) return;
      stroke.points.push([point.x, point.y]);
      timer ??= setTimeout(sendPiece, PIECE_MS);
    },
    async up() {
      if (stroke) await finish();
    },
    async cancel() {
      if (stroke) await finish();
    },
    step: (by) => resizeBrush(store, by > 0 ? 1.2 : 1 / 1.2),
    reset() {
      spot = null;
      overlay.redraw();
    },
  };
}

/** Make the brush larger or smaller by a factor. */
export function resizeBrush(store, factor) {
  const { brush } = store.get();
  const radius = Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, brush.radius * factor));
  store.set({ brush: { ...brush, radius: Math.round(radius * 10) / 10 } });
}

function drawStroke(context, view, stroke) {
  context.save();
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = 2 * stroke.radius_px * view.zoom;
  context.strokeStyle = stroke.erase ? "rgb(20 20 20 / 40%)" : "rgb(240 120 60 / 34%)";
  context.beginPath();
  for (const [x, y] of stroke.points) context.lineTo(...toViewport(view, x, y));
  if (stroke.points.length === 1) context.lineTo(...toViewport(view, stroke.points[0][0] + 0.01, stroke.points[0][1]));
  context.stroke();
  context.restore();
}

function drawCursor(context, view, spot, brush) {
  const [x, y] = toViewport(view, spot.x, spot.y);
  const circle = (radius) => () => {
    context.beginPath();
    context.arc(x, y, Math.max(1, radius), 0, 2 * Math.PI);
  };
  strokeTwice(context, circle(brush.radius * view.zoom), 1);
  if (brush.hardness < 0.95) {
    context.setLineDash([2, 3]);
    strokeTwice(context, circle(brush.radius * brush.hardness * view.zoom), 0.75);
    context.setLineDash([]);
  }
}
