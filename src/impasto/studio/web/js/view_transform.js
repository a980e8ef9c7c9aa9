/**
 * Where the picture lies in the viewport: pure arithmetic of zoom and pan.
 *
 * A view is `{zoom, x, y}`: CSS pixels per document pixel, and where the document's corner lies in
 * the viewport in CSS pixels. Sizes are `{width, height}`.
 */

/** @typedef {{zoom: number, x: number, y: number}} View */
/** @typedef {{width: number, height: number}} Size */

export const SCALES = [16, 8, 4, 2, 1];
const MAX_ZOOM = 16;

/**
 * The whole picture in the middle, as large as fits but not magnified beyond twice.
 *
 * @param {Size} picture
 * @param {Size} viewport
 * @param {{top: number, right: number, bottom: number, left: number}} margins
 * @returns {View}
 */
export function fit(picture, viewport, margins) {
  const width = Math.max(1, viewport.width - margins.left - margins.right);
  const height = Math.max(1, viewport.height - margins.top - margins.bottom);
  const zoom = Math.min(width / picture.width, height / picture.height, 2);
  return {
    zoom,
    x: margins.left + (width - picture.width * zoom) / 2,
    y: margins.top + (height - picture.height * zoom) / 2,
  };
}

/**
 * Zoom so that the point of the picture under (x, y) stays there.
 *
 * @param {View} view
 * @param {number} zoom
 * @param {number} x
 * @param {number} y
 * @param {number} smallest The least zoom that makes sense.
 * @returns {View}
 */
export function zoomAt(view, zoom, x, y, smallest) {
  const to = Math.min(MAX_ZOOM, Math.max(smallest, zoom));
  const ratio = to / view.zoom;
  return { zoom: to, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

/**
 * The view with enough of the picture left in the viewport.
 *
 * @param {View} view
 * @param {Size} picture
 * @param {Size} viewport
 * @returns {View}
 */
export function keepInside(view, picture, viewport) {
  return {
    zoom: view.zoom,
    x: keepSide(view.x, picture.width * view.zoom, viewport.width),
    y: keepSide(view.y, picture.height * view.zoom, viewport.height),
  };
}

function keepSide(at, length, room) {
  const seen = Math.min(length, room) * 0.35;
  return Math.min(room - seen, Math.max(seen - length, at));
}

/** The point of the document under a point of the viewport. */
export function toDocument(view, x, y) {
  return [(x - view.x) / view.zoom, (y - view.y) / view.zoom];
}

/** The point of the viewport over a point of the document. */
export function toViewport(view, x, y) {
  return [x * view.zoom + view.x, y * view.zoom + view.y];
}

/**
 * The document's box that is seen, and a margin around it for the next movement.
 *
 * @param {View} view
 * @param {Size} picture
 * @param {Size} viewport
 * @param {number} [margin] Of the viewport's sides.
 * @returns {number[]} left, top, right, bottom; at least one pixel.
 */
export function visibleBox(view, picture, viewport, margin = 0.2) {
  const extraX = viewport.width * margin;
  const extraY = viewport.height * margin;
  const [left, top] = toDocument(view, -extraX, -extraY);
  const [right, bottom] = toDocument(view, viewport.width + extraX, viewport.height + extraY);
  const l = Math.min(picture.width - 1, Math.max(0, Math.floor(left)));
  const t = Math.min(picture.height - 1, Math.max(0, Math.floor(top)));
  return [
    l,
    t,
    Math.max(l + 1, Math.min(picture.width, Math.ceil(right))),
    Math.max(t + 1, Math.min(picture.height, Math.ceil(bottom))),
  ];
}

/**
 * The largest reduction that still has a picture pixel for each screen pixel.
 *
 * @param {number} zoom
 * @param {number} pixelRatio Screen pixels per CSS pixel.
 * @returns {number}
 */
export function chooseScale(zoom, pixelRatio) {
  return SCALES.find((scale) => scale * zoom * pixelRatio <= 1.0001) ?? 1;
}
