/**
 * Toasts, and words for screen readers.
 */

import { element, icon, iconButton, progressBar } from "./element.js";

const SHOWN_MS = 6000;

/** Say something to screen readers only. */
export function announce(text) {
  const place = document.getElementById("announcer");
  // The same words twice are read twice only if the text was gone in between.
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = text; });
}

/**
 * Show a quiet message for a while.
 *
 * @param {string} text
 * @param {{kind?: "info"|"error", action?: {label: string, run: () => void}, stays?: boolean, key?: string,
 *   fraction?: number|null}} [options] `key`: replaces the toast of the same key. `fraction`: shows progress.
 * @returns {() => void} takes it away.
 */
export function toast(text, { kind = "info", action, stays = false, key, fraction } = {}) {
  const place = document.getElementById("toasts");
  if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
  const shown = element(
    "div",
    { class: `toast is-${kind}`, role: kind === "error" ? "alert" : "status", dataset: key ? { key } : {} },
    icon(kind === "error" ? "warning" : "info"),
    element("p", {}, text),
    fraction === undefined ? null : progressBar(fraction, text),
    action && element("button", { type: "button", class: "button button-small", onclick: () => { dismiss(); action.run(); } }, action.label),
    iconButton({ icon: "close", label: "Dismiss", class: "button-small", onclick: () => dismiss() }),
  );
  place.append(shown);
  while (place.children.length > 3) place.firstElementChild.remove();
  const dismiss = () => shown.remove();
  if (!stays) leaveAfter(shown, dismiss);
  return dismiss;
}

/** Take all toasts away, as when another document is shown. */
export function clearToasts() {
  document.getElementById("toasts").replaceChildren();
}

/** Show what went wrong; what was stopped on purpose is no error. */
export function showError(error) {
  if (error?.name === "AbortError" || error?.code === "Closed") return;
  if (!error?.code) console.error(error);
  toast(error?.message || "Something went wrong; try again.", { kind: "error", key: error?.code });
}

/** Run something and show what goes wrong in it. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    showError(error);
    return undefined;
  }
}

function leaveAfter(shown, dismiss) {
  let timer = setTimeout(dismiss, SHOWN_MS);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(dismiss, SHOWN_MS / 2); };
  shown.addEventListener("pointerenter", hold);
  shown.addEventListener("pointerleave", release);
  shown.addEventListener("focusin", hold);
  shown.addEventListener("focusout", release);
}
