/**
 * Mixes of styles by their names, as the studio reads them: `a:0.7,b:0.3` is a blend, `matched:a` is
 * a style whose regions are matched by meaning. Pure.
 */

/** Whether a style of the studio's list is a mix, and no card of the palette. */
export function isMix(style) {
  return style.parts.length > 0 || style.matched;
}

/** What a region is painted in: the names of one or two styles, the second's share, whether matched. */
export function mixOf(name, styles) {
  const style = styles.find((each) => each.name === name);
  const parts = style?.parts ?? [];
  return {
    first: parts[0]?.name ?? name,
    second: parts[1]?.name ?? null,
    share: parts[1]?.share ?? 0.5,
    matched: style?.matched ?? false,
  };
}

/** The name that asks for a mix. */
export function mixName({ first, second, share, matched }) {
  if (!first) return null;
  const part = Math.min(9, Math.max(1, Math.round(10 * share))) / 10;
  const name = second && second !== first ? `${first}:${(1 - part).toFixed(1)},${second}:${part.toFixed(1)}` : first;
  return matched ? `matched:${name}` : name;
}

/** The styles that a style can be blended with. */
export function partnersOf({ first, matched }, styles) {
  const main = styles.find((each) => each.name === first);
  if (!main) return [];
  const suits = (each) => (main.mixes && each.mixes) || (!matched && !main.own && !each.own);
  return styles.filter((each) => each !== main && !isMix(each) && each.status !== "missing" && suits(each));
}

/** Whether a region's style can be matched by meaning. */
export function canMatch({ first, second }, styles) {
  return [first, second].every((name) => !name || styles.find((each) => each.name === name)?.mixes);
}
