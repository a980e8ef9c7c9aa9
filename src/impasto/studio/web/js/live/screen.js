/**
 * The picture: the newest frame that is decoded is drawn when the screen is, older ones are not.
 */

import { element } from "../element.js";

/**
 * @param {(frame: {number: number, stamp: number}) => void} onDrawn Called once a frame is drawn.
 */
export function createScreen(onDrawn) {
  const canvas = element("canvas", { id: "screen", class: "live-screen", "aria-label": "The painted picture", role: "img" });
  const context = canvas.getContext("bitmaprenderer");
  let pending = null;
  let newest = 0;
  let line = 0;
  let scheduled = false;

  function draw() {
    scheduled = false;
    if (!pending) return;
    const { bitmap, frame } = pending;
    pending = null;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    canvas.style.setProperty("--ratio", String(frame.width / frame.height));
    context.transferFromImageBitmap(bitmap);
    onDrawn(frame);
  }

  return {
    canvas,
    /** Show a frame as soon as it is decoded, unless a newer one is shown already. */
    async show(frame) {
      const of = line;
      const bitmap = await createImageBitmap(new Blob([frame.content], { type: "image/jpeg" }));
      if (of !== line || frame.number < newest) {
        bitmap.close();
        return;
      }
      newest = frame.number;
      pending?.bitmap.close();
      pending = { bitmap, frame };
      if (!scheduled) {
        scheduled = true;
        requestAnimationFrame(draw);
      }
    },
    /** Another line begins: its numbers begin anew, and no frame of the last one is drawn. */
    reset() {
      newest = 0;
      line += 1;
      pending?.bitmap.close();
      pending = null;
    },
  };
}
