/**
 * Small pictures of regions for the list: the region as painted, cut out by its mask.
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Object} region The background or an object.
 * @param {import("./picture.js").Picture} picture
 * @param {import("./object_masks.js").ObjectMasks|null} masks
 */
export function paintSwatch(canvas, region, picture, masks) {
  if (!picture.scale || picture.canvas.hidden) return;
  const context = canvas.getContext("2d");
  const box = region.box ?? [0, 0, picture.size.width, picture.size.height];
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  if (width <= 0 || height <= 0) return;
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  const room = region.box ? Math.min(canvas.width / width, canvas.height / height) : Math.max(canvas.width / width, canvas.height / height);
  const place = [(canvas.width - width * room) / 2, (canvas.height - height * room) / 2, width * room, height * room];
  const { scale } = picture;
  context.drawImage(picture.canvas, box[0] / scale, box[1] / scale, width / scale, height / scale, ...place);
  const mask = region.box && masks?.of(region);
  if (!mask) return;
  context.globalCompositeOperation = "destination-in";
  context.drawImage(stencil(mask), ...place);
}

const stencils = new WeakMap();

function stencil(mask) {
  if (!stencils.has(mask)) {
    const canvas = document.createElement("canvas");
    canvas.width = mask.width;
    canvas.height = mask.height;
    const image = new ImageData(mask.width, mask.height);
    for (let at = 0; at < mask.values.length; at += 1) image.data[4 * at + 3] = mask.values[at];
    canvas.getContext("2d").putImageData(image, 0, 0);
    stencils.set(mask, canvas);
  }
  return stencils.get(mask);
}
