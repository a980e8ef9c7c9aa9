/**
 * Elements made in code: attributes, listeners and children in one call.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 *
 * Keys that begin with `on` are listeners, `dataset` and `vars` (custom properties) are objects,
 * properties the element knows are set as such and all others as attributes; null, undefined and
 * false leave an attribute out.
 *
 * @param {string} tag
 * @param {Object} [properties]
 * @param {...(Node|string|null|false|undefined)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) setProperty(made, key, value);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Set one property as {@link element} does. */
export function setProperty(target, key, value) {
  if (key.startsWith("on")) target.addEventListener(key.slice(2), value);
  else if (key === "dataset") Object.assign(target.dataset, value);
  else if (key === "vars") for (const [name, text] of Object.entries(value)) target.style.setProperty(name, text);
  else if (key === "class") target.className = value;
  else if (value === null || value === undefined || value === false) target.removeAttribute(key);
  else if (key.startsWith("aria-") || key === "role") target.setAttribute(key, String(value));
  else if (key in target && typeof value !== "string") target[key] = value;
  else target.setAttribute(key, value === true ? "" : value);
}

/**
 * Put the page's set of drawings into the page, once: they are then there in the frame that needs
 * them, which files that are referred to from outside are not.
 */
export async function loadIcons() {
  const text = await (await fetch(new URL("../icons.svg", import.meta.url))).text();
  const set = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  for (const symbol of set.children) symbol.id = `icon-${symbol.id}`;
  set.setAttribute("class", "icon-set");
  set.setAttribute("aria-hidden", "true");
  document.body.append(document.adoptNode(set));
}

/**
 * A drawing from the page's set; decoration only, what it means is said elsewhere.
 *
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * A ring that fills as work goes on.
 *
 * @param {number|null} fraction 0 to 1, or null while unknown.
 * @returns {SVGElement}
 */
export function ring(fraction) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", fraction === null ? "ring is-unknown" : "ring");
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("aria-hidden", "true");
  for (const kind of ["ring-track", "ring-value"]) {
    const circle = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ cx: 18, cy: 18, r: 15.9, pathLength: 100, class: kind })) {
      circle.setAttribute(key, String(value));
    }
    svg.append(circle);
  }
  svg.style.setProperty("--fraction", String(fraction ?? 0));
  return svg;
}

/**
 * A button with a drawing, and a label that is seen or only read out.
 *
 * @param {{icon: string, label: string, text?: boolean, keys?: string, class?: string}} options
 *   `keys` is the shortcut named in the tooltip. All other keys as {@link element}.
 * @returns {HTMLButtonElement}
 */
export function iconButton({ icon: name, label, text = false, keys, class: extra = "", ...rest }) {
  const title = keys ? `${label}  (${keys})` : label;
  return element(
    "button",
    {
      type: "button",
      class: `button ${text ? "" : "button-icon"} ${extra}`,
      title: text && !keys ? null : title,
      "aria-label": text ? null : label,
      ...rest,
    },
    icon(name),
    text ? element("span", {}, label) : null,
  );
}

/**
 * A bar that fills as work goes on.
 *
 * @param {number|null} fraction 0 to 1, or null while unknown.
 * @param {string} label What is going on, for screen readers.
 */
export function progressBar(fraction, label) {
  const bar = element("div", { class: "progress", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, element("span"));
  setProgress(bar, fraction);
  return bar;
}

/** Show another fraction on a {@link progressBar}. */
export function setProgress(bar, fraction) {
  bar.classList.toggle("is-unknown", fraction === null);
  bar.style.setProperty("--fraction", String(fraction ?? 1));
  setProperty(bar, "aria-valuenow", fraction === null ? null : Math.round(fraction * 100));
}
