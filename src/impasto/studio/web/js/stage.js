/**
 * The stage: places the picture in the viewport, zooms and pans it, and tells the studio what is
 * looked at.
 */

import { atMostEvery, oncePerFrame, whenQuiet } from "./pacing.js";
import { Picture } from "./picture.js";
import { chooseScale, fit, keepInside, toDocument, toViewport, visibleBox, zoomAt } from "./view_transform.js";

const VIEWS_PAUSE_MS = 50;

export class Stage {
  #fitted = true;

  /**
   * @param {import("./store.js").Store} store
   * @param {HTMLElement} viewport
   * @param {(message: Object) => void} tell Sends to the studio.
   */
  constructor(store, viewport, tell) {
    this.store = store;
    this.viewport = viewport;
    this.picture = new Picture(viewport);
    this.tell = tell;
    this.onchange = () => {};
    this.#sendView = atMostEvery(() => this.#tellView(), VIEWS_PAUSE_MS);
    this.#settle = whenQuiet(() => this.#rescale(), 120);
    this.#place = oncePerFrame(() => this.#show());
    new ResizeObserver(() => this.#onResize()).observe(viewport);
  }

  #sendView;
  #settle;
  #place;

  /** Size of the viewport in CSS pixels. */
  get room() {
    return { width: this.viewport.clientWidth, height: this.viewport.clientHeight };
  }

  /** Zoom at which the whole picture is seen. */
  get fitZoom() {
    return fit(this.store.get().size, this.room, this.margins()).zoom;
  }

  /** Room that what floats over the stage takes. */
  margins() {
    const narrow = this.room.width < 640;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return narrow
      ? { top: 3.75 * rem, right: 8, bottom: 4 * rem, left: 8 }
      : { top: 3.75 * rem, right: rem, bottom: 1 * rem, left: 4 * rem };
  }

  /** Begin with a picture of a size, all of it in view. */
  start(size) {
    this.store.set({ size });
    this.#fitted = true;
    this.fit();
    this.refresh();
  }

  /** Show the whole picture. */
  fit() {
    const { size } = this.store.get();
    if (!size) return;
    this.#set(fit(size, this.room, this.margins()));
    this.#fitted = true;
  }

  /**
   * Zoom to a number of CSS pixels per document pixel, about a point of the viewport.
   */
  zoomTo(zoom, x = this.room.width / 2, y = this.room.height / 2) {
    const { view, size } = this.store.get();
    if (!view || !size) return;
    const least = Math.min(this.fitZoom, 1) * 0.5;
    this.#fitted = false;
    this.#set(keepInside(zoomAt(view, zoom, x, y, least), size, this.room));
  }

  zoomBy(factor, x, y) {
    this.zoomTo((this.store.get().view?.zoom ?? 1) * factor, x, y);
  }

  panBy(x, y) {
    const { view, size } = this.store.get();
    if (!view || !size) return;
    this.#fitted = false;
    this.#set(keepInside({ zoom: view.zoom, x: view.x + x, y: view.y + y }, size, this.room));
  }

  /** Point of the document under a point of the page. */
  pointAt(clientX, clientY) {
    const frame = this.viewport.getBoundingClientRect();
    const [vx, vy] = [clientX - frame.left, clientY - frame.top];
    const [x, y] = toDocument(this.store.get().view, vx, vy);
    return { x, y, vx, vy };
  }

  /** Point of the viewport over a point of the document. */
  placeOf(x, y) {
    return toViewport(this.store.get().view, x, y);
  }

  /** Tell the studio again what is looked at, as after the line was lost. */
  refresh() {
    this.#rescale();
    this.#tellView();
  }

  #set(view) {
    this.store.set({ view });
    this.#place();
    this.#settle();
    this.#sendView();
  }

  #show() {
    const { view } = this.store.get();
    if (!view || !this.picture.scale) return;
    this.picture.place(view);
    this.onchange();
  }

  #rescale() {
    const { view, size } = this.store.get();
    if (!view || !size) return;
    const scale = chooseScale(view.zoom, devicePixelRatio);
    const changed = scale !== this.picture.scale;
    this.picture.setScale(size, scale);
    if (changed) this.#tellView();
    this.#show();
  }

  #tellView() {
    const { view, size } = this.store.get();
    if (!view || !size || !this.picture.scale) return;
    this.tell({ do: "view", scale: this.picture.scale, box: visibleBox(view, size, this.room) });
  }

  #onResize() {
    const { view, size } = this.store.get();
    if (!size || this.room.width === 0) return;
    if (this.#fitted || !view) this.fit();
    else this.#set(keepInside(view, size, this.room));
  }
}
