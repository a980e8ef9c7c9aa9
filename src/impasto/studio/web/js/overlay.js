/**
 * What is drawn over the picture: the region under the pointer, the selection, the edge of the
 * chosen object, and what a tool draws while it is used.
 */

import { boxOf, members } from "./region_tree.js";
import { colorShape, colorWord, rasterise } from "./region_shape.js";
import { maskSource } from "./object_masks.js";
import { oncePerFrame } from "./pacing.js";

const MOST_PIXELS = 3_200_000;
const FINE_PIXELS = 800_000;

const COLORS = {
  hover: { fill: colorWord(255, 255, 255, 0.16), line: colorWord(255, 255, 255, 0.95), halo: colorWord(0, 0, 0, 0.45) },
  pending: { fill: colorWord(240, 168, 96, 0.26), line: colorWord(255, 214, 168, 1), halo: colorWord(40, 20, 0, 0.6) },
  lit: { fill: colorWord(255, 255, 255, 0.05), line: colorWord(255, 255, 255, 0.95), halo: colorWord(0, 0, 0, 0.45) },
  target: { fill: 0, line: colorWord(255, 255, 255, 0.92), halo: colorWord(0, 0, 0, 0.5) },
  mask: { fill: colorWord(240, 120, 60, 0.34), line: colorWord(255, 214, 168, 0.95), halo: colorWord(40, 20, 0, 0.5) },
};

/** One shape, drawn anew only when it, or the view, is another. */
class Layer {
  #key = null;
  #view = null;
  #canvas = document.createElement("canvas");
  #shape = null;
  #step = 1;

  /** @param {{fill: number, line: number, halo: number}} colors */
  constructor(colors) {
    this.colors = colors;
  }

  draw(context, key, makeSource, view, thickness) {
    if (key !== this.#key || view !== this.#view) this.#update(context.canvas, makeSource(), view, thickness);
    this.#key = key;
    this.#view = view;
    if (!this.#shape) return;
    const { left, top, width, height } = this.#shape;
    const step = this.#step;
    context.drawImage(this.#canvas, 0, 0, width, height, left * step, top * step, width * step, height * step);
  }

  #update(overlay, source, view, thickness) {
    // Half as fine where a region fills a large screen: lighting it up must not take a frame.
    const [left, top, right, bottom] = source.box;
    this.#step = (right - left) * (bottom - top) * view.zoom ** 2 > FINE_PIXELS && overlay.width * overlay.height > FINE_PIXELS ? 2 : 1;
    const [zoom, x, y] = [view.zoom, view.x, view.y].map((each) => each / this.#step);
    this.#shape = rasterise(source, { zoom, x, y }, { width: overlay.width / this.#step, height: overlay.height / this.#step });
    if (!this.#shape) return;
    const { width, height } = this.#shape;
    if (this.#canvas.width < width) this.#canvas.width = width;
    if (this.#canvas.height < height) this.#canvas.height = height;
    const image = new ImageData(width, height);
    colorShape(this.#shape, new Uint32Array(image.data.buffer), this.colors, Math.ceil(thickness / this.#step));
    this.#canvas.getContext("2d").putImageData(image, 0, 0);
  }
}

export class Overlay {
  #layers = Object.fromEntries(Object.entries(COLORS).map(([name, colors]) => [name, new Layer(colors)]));
  #view = null;
  #viewOf = null;
  #ratio = 1;

  /**
   * @param {import("./store.js").Store} store
   * @param {HTMLCanvasElement} canvas
   */
  constructor(store, canvas) {
    this.store = store;
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.masks = null;
    this.tools = new Map();
    this.redraw = oncePerFrame(() => this.#draw());
    store.watch(["hover", "pending", "target", "view", "document", "tool", "compare", "attention"], () => this.redraw());
  }

  #draw() {
    this.#fitCanvas();
    const { context, canvas } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const state = this.store.get();
    if (!state.view || !state.size || state.compare === "hold") return;
    const view = this.#scaledView(state.view);
    this.#drawTarget(state, view);
    this.#drawPending(state, view);
    this.#drawHover(state, view);
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    for (const draw of this.tools.values()) draw(context, state.view);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  #drawHover({ hover, tree, size, document }, view) {
    if (hover?.kind === "node" && tree) this.#layer("hover", `node ${hover.node}`, () => nodesSource(tree, size, [hover.node]), view);
    if (hover?.kind === "object") this.#drawObject("lit", document, hover.id, view);
  }

  #drawPending(state, view) {
    const { pending } = state;
    if (!pending) return;
    const source = selectionSource(state, this.masks);
    if (source) this.#layer("pending", pending.kind === "nodes" ? pending.nodes.join() : pending.candidates[pending.index].id, () => source, view);
  }

  #drawTarget({ pending, target, document, tool, attention, compare }, view) {
    // While one looks at styles, a line around the object would only be in the way.
    if (!pending && compare === "off" && (attention || tool === "brush")) this.#drawObject(tool === "brush" ? "mask" : "target", document, target, view);
  }

  #drawObject(layer, document, id, view) {
    const object = document?.objects.find((each) => each.id === id);
    const mask = object && this.masks?.of(object);
    if (mask) this.#layer(layer, object.mask, () => maskSource(mask), view);
  }

  #layer(name, key, makeSource, view) {
    this.#layers[name].draw(this.context, key, makeSource, view, this.#ratio > 1.2 ? 2 : 1);
  }

  /** As many pixels as the screen has, within reason. */
  #fitCanvas() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = Math.min(devicePixelRatio, 2, Math.sqrt(MOST_PIXELS / Math.max(1, width * height)));
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width === across && this.canvas.height === down) return;
    this.canvas.width = across;
    this.canvas.height = down;
    this.#ratio = ratio;
    this.#viewOf = null;
  }

  #scaledView(view) {
    if (this.#viewOf !== view) {
      this.#viewOf = view;
      this.#view = { zoom: view.zoom * this.#ratio, x: view.x * this.#ratio, y: view.y * this.#ratio };
    }
    return this.#view;
  }
}

/**
 * What is selected as {@link import("./region_shape.js").Source}; nothing while its mask is on
 * its way.
 */
export function selectionSource({ pending, tree, size }, masks) {
  if (pending?.kind === "nodes") return tree ? nodesSource(tree, size, pending.nodes) : null;
  const mask = pending && masks?.ofCandidate(pending.candidates[pending.index]);
  return mask ? maskSource(mask) : null;
}

/** Some nodes as {@link import("./region_shape.js").Source}. */
export function nodesSource(tree, size, nodes) {
  return {
    box: boxOf(tree, size, nodes),
    originX: 0,
    originY: 0,
    perX: tree.width / size.width,
    perY: tree.height / size.height,
    width: tree.width,
    height: tree.height,
    values: tree.labels,
    members: members(tree, nodes),
  };
}
