/**
 * Patches of the painting: what a binary frame holds, and drawing frames in order of arrival.
 */

export const MAGIC = 0x31504d49;
export const HEADER_BYTES = 28;

/**
 * @typedef {Object} Patch
 * @property {number} revision
 * @property {number} scale Document pixels per pixel of the patch.
 * @property {number[]} box left, top, right, bottom in document pixels.
 * @property {Uint8Array} jpeg
 */

/**
 * @param {ArrayBuffer} frame
 * @returns {Patch|null} Nothing if it is no patch.
 */
export function readPatch(frame) {
  if (frame.byteLength <= HEADER_BYTES) return null;
  const head = new DataView(frame);
  const word = (index) => head.getUint32(4 * index, true);
  if (word(0) !== MAGIC) return null;
  return {
    revision: word(1),
    scale: word(2),
    box: [word(3), word(4), word(5), word(6)],
    jpeg: new Uint8Array(frame, HEADER_BYTES),
  };
}

/**
 * Decodes patches side by side and draws them one after the other.
 */
export class PatchQueue {
  #tail = Promise.resolve();

  /**
   * @param {(patch: Patch, bitmap: ImageBitmap) => void} draw
   * @param {(jpeg: Uint8Array) => Promise<ImageBitmap>} [decode]
   */
  constructor(draw, decode = decodeJpeg) {
    this.draw = draw;
    this.decode = decode;
  }

  /** @param {Patch} patch */
  add(patch) {
    const decoding = this.decode(patch.jpeg).catch(() => null);
    this.#tail = this.#tail.then(async () => {
      const bitmap = await decoding;
      if (bitmap === null) return;
      this.draw(patch, bitmap);
      bitmap.close?.();
    });
    return this.#tail;
  }
}

function decodeJpeg(jpeg) {
  return createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
}
