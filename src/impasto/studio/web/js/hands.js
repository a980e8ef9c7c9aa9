/**
 * Whether a person goes by keys or by pointer just now, as `data-hands` of the page.
 */

const LEADING = /^(Tab|Arrow(Left|Right|Up|Down))$/;

/** Keep `data-hands` up to date. */
export function watchHands() {
  const { dataset } = document.documentElement;
  addEventListener("keydown", ({ key }) => { if (LEADING.test(key)) dataset.hands = "keys"; }, true);
  addEventListener("pointerdown", () => { dataset.hands = "pointer"; }, true);
}
