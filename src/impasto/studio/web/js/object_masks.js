/**
 * Masks of objects in the browser: fetched once for each mask, for hit tests and outlines.
 */

import { documentPath } from "./rest.js";

const MOST_PIXELS = 600_000;
const KEPT = 60;
const RETRY_MS = 3000;

/**
 * @typedef {Object} LocalMask
 * @property {number[]} box In document pixels.
 * @property {number} scale
 * @property {number} width Of `values`.
 * @property {number} height
 * @property {Uint8Array} values 0 to 255.
 */

/** The smallest scale at which a box has not too many pixels. */
export function maskScale(box) {
  const area = (box[2] - box[0]) * (box[3] - box[1]);
  return [1, 2, 4, 8, 16].find((scale) => area / (scale * scale) <= MOST_PIXELS) ?? 16;
}

/**
 * How much of a mask a point of the document has, 0 to 255.
 *
 * @param {LocalMask} mask
 */
export function maskAt(mask, x, y) {
  const column = Math.floor((x - mask.box[0]) / mask.scale);
  const row = Math.floor((y - mask.box[1]) / mask.scale);
  if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return 0;
  return mask.values[row * mask.width + column];
}

/** A mask as {@link import("./region_shape.js").Source}. */
export function maskSource(mask) {
  return {
    box: mask.box,
    originX: mask.box[0],
    originY: mask.box[1],
    perX: 1 / mask.scale,
    perY: 1 / mask.scale,
    width: mask.width,
    height: mask.height,
    values: mask.values,
    members: null,
  };
}

export class ObjectMasks {
  #masks = new Map();
  #wanted = new Map();
  #failed = new Set();

  /**
   * @param {string} documentId
   * @param {() => void} onarrival Called when a mask that was asked for is there.
   */
  constructor(documentId, onarrival) {
    this.documentId = documentId;
    this.onarrival = onarrival;
  }

  /** An object's mask if it is there; else it is asked for. */
  of(object) {
    const found = this.#masks.get(object.mask);
    if (found) return found;
    this.#want(object.id, { key: object.mask, box: object.box, parts: ["objects", object.id, "mask.png"], query: { v: object.mask } });
    return null;
  }

  /** A candidate's mask, likewise. */
  ofCandidate({ id, box }) {
    const found = this.#masks.get(id);
    if (!found) this.#want(`candidate ${id}`, { key: id, box, parts: ["candidates", `${id}.png`], query: {} });
    return found ?? null;
  }

  /** Ask for all masks of a state, and forget those long unused. */
  keepUp(objects) {
    for (const each of objects) this.of(each);
    const used = new Set(objects.map((each) => each.mask));
    for (const key of this.#masks.keys()) {
      if (this.#masks.size <= KEPT + used.size) break;
      if (!used.has(key)) this.#masks.delete(key);
    }
  }

  /** The topmost visible object at a point of the document, as far as masks are there. */
  pick(objects, x, y) {
    for (const each of [...objects].reverse()) {
      const mask = each.visible && this.#masks.get(each.mask);
      if (mask && maskAt(mask, x, y) > 127) return each;
    }
    return null;
  }

  /** One request at a time for each object: a brush changes masks faster than they are needed. */
  async #want(owner, wish) {
    if (this.#failed.has(wish.key) || wish.box[2] <= wish.box[0] || wish.box[3] <= wish.box[1]) return;
    const busy = this.#wanted.has(owner);
    this.#wanted.set(owner, wish);
    if (busy) return;
    let done = null;
    while (done !== this.#wanted.get(owner)) {
      done = this.#wanted.get(owner);
      await this.#fetch(done);
    }
    this.#wanted.delete(owner);
  }

  async #fetch({ key, box, parts, query }) {
    const scale = maskScale(box);
    try {
      const response = await fetch(`${documentPath(this.documentId, ...parts)}?${new URLSearchParams({ scale, ...query })}`);
      if (!response.ok) throw new Error(response.statusText);
      this.#masks.set(key, await readMask(await response.blob(), box, scale));
      this.onarrival();
    } catch {
      // It may be of a state that is gone; the state that follows has a mask with another key.
      this.#failed.add(key);
      setTimeout(() => this.#failed.delete(key), RETRY_MS);
    }
  }
}

async function readMask(blob, box, scale) {
  const bitmap = await createImageBitmap(blob);
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const values = new Uint8Array(canvas.width * canvas.height);
  for (let at = 0; at < values.length; at += 1) values[at] = pixels[4 * at + 3];
  return { box, scale, width: canvas.width, height: canvas.height, values };
}
