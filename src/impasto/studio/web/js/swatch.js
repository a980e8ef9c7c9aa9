/**
 * Small pictures of regions for the list: the region as painted, cut out by its mask.
 */

import { rasterise } from "./region_shape.js";

/**
 * The background, or an object as soon as its mask is there; until then the canvas stays as it is.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Object} region
 * @param {import("./picture.js").Picture} picture
 * @param {import("./object_masks.js").ObjectMasks|null} masks
 */
export function paintSwatch(canvas, region, picture, masks) {
  const mask = region.box && masks?.of(region);
  if (region.box && !mask) return;
  const box = region.box ?? [0, 0, picture.size?.width ?? 0, picture.size?.height ?? 0];
  const place = paintBox(canvas, box, picture, Boolean(region.box));
  if (place && mask) cut(canvas, stencil(mask), place);
}

/**
 * What is selected but no object yet.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import("./region_shape.js").Source} source
 * @param {import("./picture.js").Picture} picture
 */
export function paintSelection(canvas, source, picture) {
  const place = paintBox(canvas, source.box, picture, true);
  if (!place) return;
  const zoom = place[2] / (source.box[2] - source.box[0]);
  const view = { zoom, x: place[0] - source.box[0] * zoom, y: place[1] - source.box[1] * zoom };
  const shape = rasterise(source, view, canvas);
  if (shape) cut(canvas, shapeStencil(shape), [shape.left, shape.top, shape.width, shape.height]);
}

/** Draw a box of the picture, all of it or as much as fills the canvas; gives where it lies. */
function paintBox(canvas, [left, top, right, bottom], picture, whole) {
  const [width, height] = [right - left, bottom - top];
  if (!picture.scale || picture.canvas.hidden || width <= 0 || height <= 0) return null;
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  const room = Math[whole ? "min" : "max"](canvas.width / width, canvas.height / height);
  const place = [(canvas.width - width * room) / 2, (canvas.height - height * room) / 2, width * room, height * room];
  const { scale } = picture;
  context.drawImage(picture.canvas, left / scale, top / scale, width / scale, height / scale, ...place);
  return place;
}

function cut(canvas, stencil, place) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "destination-in";
  context.drawImage(stencil, ...place);
}

const stencils = new WeakMap();

function stencil(mask) {
  if (!stencils.has(mask)) stencils.set(mask, makeStencil(mask.width, mask.height, (x, y) => mask.values[y * mask.width + x]));
  return stencils.get(mask);
}

function shapeStencil({ width, height, inside }) {
  return makeStencil(width, height, (x, y) => 255 * inside[(y + 1) * (width + 2) + x + 1]);
}

function makeStencil(width, height, alphaAt) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) image.data[4 * (y * width + x) + 3] = alphaAt(x, y);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
