/**
 * Questions about the document's state. Pure.
 */

import { isMix } from "./style_mix.js";

/** The background or an object by id; undefined if there is none. */
export function regionOf(document, id) {
  if (!document) return undefined;
  return id === "background" ? document.background : document.objects.find((each) => each.id === id);
}

/** Styles in the order of the palette: those of the studio, then a person's own, mixes last. */
export function inOrder(styles) {
  const cards = styles.filter((each) => !isMix(each));
  return [...cards.filter((each) => !each.own), ...cards.filter((each) => each.own), ...styles.filter(isMix)];
}

/** A style's title for people. */
export function styleTitle(styles, name) {
  return styles.find((each) => each.name === name)?.title ?? name;
}

/** How a region is painted, in words. */
export function lookText(region, styles) {
  if (!region.visible) return "Hidden";
  if (!region.style) return "Photograph";
  const style = styles.find((each) => each.name === region.style);
  const title = style?.title ?? region.style;
  if (style?.status === "missing") return `${title}, not on this machine`;
  if (style?.status === "failed") return `${title}, could not be painted`;
  if (style && style.status !== "ready") return `${title}, painting…`;
  const percent = Math.round(region.strength * 100);
  return percent === 100 ? title : `${title}, ${percent} %`;
}

/** Which loading stage goes on, and whether all that one waits for is there. */
export function loadingOf(loading) {
  if (!loading) return { isReady: false, current: null };
  const current = loading.stages.find((stage) => stage.fraction === null || stage.fraction < 1) ?? null;
  return { isReady: loading.picture && loading.regions, current };
}

/** A part of the whole as people say it. */
export function percentText(part) {
  const percent = 100 * part;
  return `${percent < 9.95 ? Math.max(0.1, percent).toFixed(1) : Math.round(percent)} %`;
}

/** A number of seconds as people say it. */
export function durationText(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  return `${Math.round(seconds / 60)} min left`;
}

/** When something was saved, as people say it. */
export function agoText(saved_at, now = Date.now() / 1000) {
  const seconds = Math.max(0, now - saved_at);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h ago`;
  return new Date(saved_at * 1000).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}
