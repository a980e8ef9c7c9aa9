/**
 * Pictures on the WebSocket: a head of numbers, then a file.
 */

const MAGIC = 0x314c4d49;
const HEAD_BYTES = 28;

export const KIND = Object.freeze({ frame: 1, thumbnail: 2, snapshot: 3 });

/**
 * Read what the studio sent.
 *
 * @param {ArrayBuffer} message
 * @returns {{kind: number, number: number, width: number, height: number, stamp: number, content: Uint8Array}}
 */
export function readPicture(message) {
  const view = new DataView(message);
  if (message.byteLength <= HEAD_BYTES || view.getUint32(0, true) !== MAGIC) throw new TypeError("This is no picture of a studio.");
  const [kind, number, width, height] = [4, 8, 12, 16].map((at) => view.getUint32(at, true));
  return { kind, number, width, height, stamp: view.getFloat64(20, true), content: new Uint8Array(message, HEAD_BYTES) };
}

/**
 * A frame for the studio.
 *
 * @param {{number: number, width: number, height: number, stamp: number}} frame `stamp` in
 *   milliseconds by this page's clock.
 * @param {Blob} jpeg
 * @returns {Blob}
 */
export function writeFrame({ number, width, height, stamp }, jpeg) {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  for (const [at, value] of [MAGIC, KIND.frame, number, width, height].entries()) head.setUint32(4 * at, value, true);
  head.setFloat64(20, stamp, true);
  return new Blob([head.buffer, jpeg]);
}

/**
 * The largest size of a camera's proportions within another, never larger than the camera's.
 *
 * @param {{width: number, height: number}} camera
 * @param {{width: number, height: number}} most
 */
export function fitWithin(camera, most) {
  const scale = Math.min(1, most.width / camera.width, most.height / camera.height);
  return { width: Math.max(16, Math.round(camera.width * scale)), height: Math.max(16, Math.round(camera.height * scale)) };
}
