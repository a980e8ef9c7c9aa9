/**
 * The painting on the page: one canvas at the scale that is looked at, patched in place.
 */

import { PatchQueue, readPatch } from "./patches.js";

/** Pixels along a side at a scale. */
export function scaledLength(length, scale) {
  return Math.ceil(length / scale);
}

export class Picture {
  #queue = new PatchQueue((patch, bitmap) => this.#draw(patch, bitmap));
  #context;

  /** @param {HTMLElement} place Where the canvas goes, below all else. */
  constructor(place) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "picture";
    this.canvas.hidden = true;
    this.#context = this.canvas.getContext("2d", { alpha: false });
    this.scale = 0;
    this.size = null;
    this.onpatch = () => {};
    place.prepend(this.canvas);
  }

  /** Forget what was painted. */
  clear() {
    this.size = null;
    this.scale = 0;
    this.canvas.hidden = true;
  }

  /**
   * Show the picture at a scale; until patches come, what was there is shown magnified or reduced.
   *
   * @param {{width: number, height: number}} size Of the document.
   * @param {number} scale
   */
  setScale(size, scale) {
    if (this.scale === scale && this.size?.width === size.width && this.size?.height === size.height) return;
    const before = this.size && this.scale ? copy(this.canvas) : null;
    this.canvas.width = scaledLength(size.width, scale);
    this.canvas.height = scaledLength(size.height, scale);
    if (before) this.#stretch(before, size, scale);
    this.size = { ...size };
    this.scale = scale;
  }

  #stretch(before, size, scale) {
    const ratio = this.scale / scale;
    this.#context.imageSmoothingQuality = "high";
    this.#context.drawImage(before, 0, 0, before.width * ratio, before.height * ratio);
  }

  /** Show a first look at the photograph, until patches come. */
  showPreview(bitmap) {
    if (!this.canvas.hidden || !this.size) return;
    this.#context.drawImage(bitmap, 0, 0, this.canvas.width, this.canvas.height);
    this.canvas.hidden = false;
  }

  /** @param {ArrayBuffer} frame A binary message of the studio. */
  receive(frame) {
    const patch = readPatch(frame);
    if (patch) this.#queue.add(patch);
  }

  #draw(patch, bitmap) {
    // A patch for another scale is of an earlier view; the one for this view is on its way.
    if (patch.scale !== this.scale) return;
    const [left, top] = patch.box;
    this.#context.drawImage(bitmap, left / patch.scale, top / patch.scale);
    this.canvas.hidden = false;
    this.onpatch(patch);
    document.dispatchEvent(new CustomEvent("impasto:painted", { detail: { revision: patch.revision, box: patch.box, scale: patch.scale } }));
  }

  /**
   * Place the picture in the viewport.
   *
   * @param {{zoom: number, x: number, y: number}} view
   */
  place(view) {
    placeCanvas(this.canvas, view, this.scale);
  }
}

/** Place a canvas that holds the document at a scale. */
export function placeCanvas(canvas, view, scale) {
  canvas.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom * scale})`;
  canvas.classList.toggle("is-magnified", view.zoom * devicePixelRatio >= 4);
}

function copy(canvas) {
  const made = document.createElement("canvas");
  made.width = canvas.width;
  made.height = canvas.height;
  made.getContext("2d", { alpha: false }).drawImage(canvas, 0, 0);
  return made;
}
