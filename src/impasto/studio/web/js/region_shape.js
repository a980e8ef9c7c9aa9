/**
 * Shapes of regions on the screen: which of its pixels lie inside, and a line along the edge.
 *
 * Only the box of the region that is seen is looked at, so that lighting up a region stays within
 * a frame however large the photograph is.
 */

/**
 * @typedef {Object} Source What says whether a point of the document is inside.
 * @property {number[]} box left, top, right, bottom in document pixels; outside of it nothing is.
 * @property {number} originX Document x of the grid's first column.
 * @property {number} originY
 * @property {number} perX Grid columns per document pixel.
 * @property {number} perY
 * @property {number} width Columns of the grid.
 * @property {number} height
 * @property {Uint8Array|Uint32Array} values
 * @property {Uint8Array|null} members Where given, `members[value]` says whether a value is inside;
 *   else values above 127 are.
 */

/**
 * @typedef {Object} Shape
 * @property {number} left In overlay pixels.
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} inside With a border of one pixel: (height + 2) rows of (width + 2).
 */

/**
 * The part of a region that is seen.
 *
 * @param {Source} source
 * @param {{zoom: number, x: number, y: number}} view In overlay pixels.
 * @param {{width: number, height: number}} overlay
 * @returns {Shape|null} Nothing if none of it is.
 */
export function rasterise(source, view, overlay) {
  const [l, t, r, b] = source.box;
  const left = Math.max(0, Math.floor(l * view.zoom + view.x) - 1);
  const top = Math.max(0, Math.floor(t * view.zoom + view.y) - 1);
  const width = Math.min(Math.ceil(overlay.width), Math.ceil(r * view.zoom + view.x) + 1) - left;
  const height = Math.min(Math.ceil(overlay.height), Math.ceil(b * view.zoom + view.y) + 1) - top;
  if (width <= 0 || height <= 0) return null;
  const inside = new Uint8Array((width + 2) * (height + 2));
  const columns = gridIndices(left - 1, width + 2, view.x, view.zoom, source.originX, source.perX, source.width);
  const rows = gridIndices(top - 1, height + 2, view.y, view.zoom, source.originY, source.perY, source.height);
  for (let y = 0; y < height + 2; y += 1) fillRow(source, inside, columns, rows, y);
  return { left, top, width, height, inside };
}

function fillRow(source, inside, columns, rows, y) {
  const length = columns.length;
  const start = y * length;
  if (rows[y] < 0) return;
  if (y > 0 && rows[y] === rows[y - 1]) {
    inside.copyWithin(start, start - length, start);
    return;
  }
  const { values, members, width } = source;
  const base = rows[y] * width;
  if (members) {
    for (let x = 0; x < length; x += 1) if (columns[x] >= 0) inside[start + x] = members[values[base + columns[x]]];
  } else {
    for (let x = 0; x < length; x += 1) if (columns[x] >= 0) inside[start + x] = values[base + columns[x]] >> 7;
  }
}

/** Grid column under each overlay column; -1 outside of the grid. */
function gridIndices(from, count, offset, zoom, origin, per, length) {
  const found = new Int32Array(count);
  for (let at = 0; at < count; at += 1) {
    const index = Math.floor(((from + at + 0.5 - offset) / zoom - origin) * per);
    found[at] = index >= 0 && index < length ? index : -1;
  }
  return found;
}

/**
 * Colours as the little-endian words of an ImageData.
 *
 * @param {number} red 0 to 255
 * @param {number} green
 * @param {number} blue
 * @param {number} alpha 0 to 1
 */
export function colorWord(red, green, blue, alpha) {
  return ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Colour a shape: its inside, a line within its edge and one around it.
 *
 * @param {Shape} shape
 * @param {Uint32Array} pixels height × width words, all zero.
 * @param {{fill: number, line: number, halo: number}} colors Words; 0 leaves pixels clear.
 * @param {number} thickness Of each line, in overlay pixels.
 */
export function colorShape(shape, pixels, colors, thickness) {
  const { width, height, inside } = shape;
  const row = width + 2;
  const reach = Math.min(thickness, 1);
  for (let y = 0; y < height; y += 1) {
    let at = (y + 1) * row + 1;
    const out = y * width;
    for (let x = 0; x < width; x += 1, at += 1) {
      const here = inside[at];
      const edge = inside[at - reach] !== here || inside[at + reach] !== here
        || inside[at - row * reach] !== here || inside[at + row * reach] !== here;
      if (here) pixels[out + x] = edge ? colors.line : colors.fill;
      else if (edge) pixels[out + x] = colors.halo;
    }
  }
  for (let step = 1; step < thickness; step += 1) thicken(shape, pixels, colors);
}

/** Let both lines grow by a pixel away from the edge. */
function thicken(shape, pixels, colors) {
  const { width, height, inside } = shape;
  const before = pixels.slice();
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const here = before[at];
      if (here === colors.line || here === colors.halo) continue;
      const wanted = inside[(y + 1) * (width + 2) + x + 1] ? colors.line : colors.halo;
      if (before[at - 1] === wanted || before[at + 1] === wanted || before[at - width] === wanted || before[at + width] === wanted) {
        pixels[at] = wanted;
      }
    }
  }
}
